package io.clada.engine.hf;

import org.jspecify.annotations.Nullable;

/**
 * A norm's vectors.
 *
 * @param bias null with RMS norms
 */
record NormParts(Part weight, @Nullable Part bias) {}
