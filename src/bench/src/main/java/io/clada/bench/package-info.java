/** Measurements, and the tool that makes a model's profile. Not published. */
@NullMarked
package io.clada.bench;

import org.jspecify.annotations.NullMarked;
