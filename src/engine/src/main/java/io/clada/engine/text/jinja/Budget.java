package io.clada.engine.text.jinja;

/**
 * What one rendering may use, so that no template runs for ever or fills the memory. Everything
 * that is evaluated costs a unit, and so does every character that is copied or searched; it is
 * paid before it is done. The largest conversation that is rendered takes a few million.
 */
final class Budget {
  /** A fraction of a second. */
  static final long MOST_UNITS = 50_000_000;

  /** Of expressions, tags, macros and values within each other; each takes a few Java frames. */
  static final int MOST_DEPTH = 200;

  /** What takes as long as some hundred of what costs one: a call, writing a real number. */
  static final long LONG = 250;

  private static final long UNITS_PER_ELEMENT = 16;

  private long units;
  private int depth;

  /** Before a list or map of so many elements is made or gone through: they take more memory. */
  void spendElements(long count) {
    spend(count > MOST_UNITS ? count : count * UNITS_PER_ELEMENT);
  }

  void spend(long more) {
    units += more;
    if (units > MOST_UNITS) {
      throw JinjaException.of("the template takes too long");
    }
  }

  /** Goes one level deeper. An error ends the rendering, so that only success must leave. */
  void enter() {
    spend(1);
    if (++depth > MOST_DEPTH) {
      throw JinjaException.of("nested more than " + MOST_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }
}
