/**
 * Measures what the engine's modes cost in quality and gain in speed: examples in, scores, traces
 * and a report out. Everything that is written takes plain records, whoever fills them.
 */
@NullMarked
package io.clada.engine.eval;

import org.jspecify.annotations.NullMarked;
