/** Scores against other implementations, files as people and programs read them, real runs. */
@NullMarked
package io.clada.engine.eval;

import org.jspecify.annotations.NullMarked;
