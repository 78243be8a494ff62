package io.clada.topology;

import java.util.HexFormat;

/**
 * Key of a stretch of a model's time in a store: the stretches of a model sort together and by
 * time, and the parts of a stretch's traffic after the whole.
 */
final class SliceKey {
  private static final HexFormat HEX = HexFormat.of();

  private SliceKey() {}

  /**
   * @param start ms since the epoch, not negative
   */
  static String of(Scope scope, long start) {
    String key = of(scope.model(), start);
    if (scope.mode() != null) {
      return key + "\0m" + scope.mode();
    }
    return scope.tenant() == null ? key : key + "\0t" + scope.tenant();
  }

  /** Of all traffic of the model. */
  static String of(String model, long start) {
    return model + '\0' + HEX.toHexDigits(start);
  }

  /** Where the stretches of a model begin, in the order of a store's bytes. */
  static String first(String model) {
    return model + '\0';
  }

  /** Beyond the last stretch of a model. */
  static String end(String model) {
    return model + '\1';
  }

  /** First moment of the stretch of this length that holds the given one. */
  static long floor(long at, long length) {
    return at - Math.floorMod(at, length);
  }
}
