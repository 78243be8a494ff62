package io.clada.engine.decoder;

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

  /** PyTorch's number for the type of activations and cache. */
  int scalarType() {
    return scalarType;
  }

  /** Of one number of the key-value cache. */
  public int cacheBytes() {
    return bytes;
  }
}
