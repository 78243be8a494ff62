/**
 * Between text and token ids: the tokenizer, text streamed as tokens come, and stop strings.
 *
 * <p>Internal to the engine: the types are public for its other packages only and may change in any
 * release.
 */
@NullMarked
package io.clada.engine.text;

import org.jspecify.annotations.NullMarked;
