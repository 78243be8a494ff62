package io.clada.engine;

/** How the sparse ones of several generations compute a step. */
enum Way {
  /** Each by itself. */
  APART,
  /** In one pass over a set of neurons: what they share, or a single one's own. */
  SHARED,
  /** With the others, in one dense pass. */
  TOGETHER
}
