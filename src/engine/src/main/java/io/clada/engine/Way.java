package io.clada.engine;

/** How the sparse ones of several generations compute a step. */
enum Way {
  /** Each by itself. */
  APART,
  /** In one pass over the neurons that they share. */
  SHARED,
  /** With the others, in one dense pass. */
  TOGETHER
}
