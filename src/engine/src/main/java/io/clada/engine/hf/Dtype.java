package io.clada.engine.hf;

import org.jspecify.annotations.Nullable;

/** Element types that are read from safetensors; the names are the format's. */
public enum Dtype {
  F32(4),
  F16(2),
  BF16(2),
  I64(8);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  static @Nullable Dtype of(String name) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return null;
  }
}
