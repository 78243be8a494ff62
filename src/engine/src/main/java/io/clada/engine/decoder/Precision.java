package io.clada.engine.decoder;

import io.clada.engine.ModelLoadException;
import io.clada.engine.ModelOptions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How weights are held; activations and the key-value cache are of the same type. */
public enum Precision {
  FLOAT32(6, 4),
  FLOAT16(5, 2),
  BFLOAT16(15, 2),
  /**
   * Eight bits for each weight of every matrix, with a scale and an offset per row; all else is
   * float32. CPU only.
   */
  INT8(6, 4);

  private final int scalarType;
  private final int bytes;

  Precision(int scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /**
   * As asked for; null: whatever is fast on the device.
   *
   * @throws ModelLoadException if there is no such precision
   */
  public static @Nullable Precision of(ModelOptions options) {
    if (options.lowMemoryMode()) {
      return INT8;
    }
    return switch (options.precision()) {
      case "auto" -> null;
      case "float32", "float16", "bfloat16" ->
          valueOf(options.precision().toUpperCase(Locale.ROOT));
      default ->
          throw new ModelLoadException(
              "precision '"
                  + options.precision()
                  + "' is not known; known: auto, float32, float16, bfloat16");
    };
  }

  /** PyTorch's number for the type of activations and cache. */
  int scalarType() {
    return scalarType;
  }

  /** Of one number of the key-value cache. */
  public int cacheBytes() {
    return bytes;
  }
}
