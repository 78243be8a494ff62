/**
 * Makes a model's profile: what its mode {@code clada} leaves out, for the least cost at which
 * perplexity stays within a bound (method, section 3).
 */
@NullMarked
package io.clada.engine.calibrate;

import org.jspecify.annotations.NullMarked;
