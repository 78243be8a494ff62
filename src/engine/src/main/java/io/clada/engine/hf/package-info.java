/**
 * Hugging Face model directories, read without Python: configuration, generation defaults and
 * memory-mapped safetensors.
 *
 * <p>Internal to the engine: the types are public for its other packages only and may change in any
 * release.
 */
@NullMarked
package io.clada.engine.hf;

import org.jspecify.annotations.NullMarked;
