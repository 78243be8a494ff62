/**
 * The forward pass: weights, key-value cache and the TorchScript that libtorch runs. Internal to
 * the engine.
 */
@NullMarked
package io.clada.engine.decoder;

import org.jspecify.annotations.NullMarked;
