package io.clada.worker;

import java.nio.ByteBuffer;

/** Bytes out of Avro's buffers. */
final class Buffers {
  private Buffers() {}

  /** The remaining bytes; the buffer's position stays. */
  static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
