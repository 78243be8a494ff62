package io.clada.topology;

/**
 * Key of a stretch of a model's time in a store: the stretches of a model sort together and by
 * time.
 */
final class SliceKey {
  private SliceKey() {}

  /**
   * @param start ms since the epoch, not negative
   */
  static String of(String model, long start) {
    return "%s\0%016x".formatted(model, start);
  }

  /** First moment of the stretch of this length that holds the given one. */
  static long floor(long at, long length) {
    return at - Math.floorMod(at, length);
  }
}
