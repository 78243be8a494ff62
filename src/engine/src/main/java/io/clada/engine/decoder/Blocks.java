package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.Safetensors;
import io.clada.engine.hf.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of a file's tensors as torch takes them, in a buffer that the next ones overwrite. Confined
 * to one thread.
 */
final class Blocks {
  /** Of a file, read at once. */
  static final long BYTES = 8L << 20;

  private final Torch torch;
  private final Safetensors files;
  private ByteBuffer source = ByteBuffer.allocateDirect(0);
  private ByteBuffer floats = ByteBuffer.allocateDirect(0);

  Blocks(Torch torch, Safetensors files) {
    this.torch = torch;
    this.files = files;
  }

  /** A row of a tensor. */
  record Row(Tensor tensor, long number) {}

  /** Rows that fill a block; at least one. */
  static long rows(Tensor info) {
    return Math.max(1, BYTES / info.rowBytes());
  }

  /**
   * Adjacent rows of a tensor, as {@code [rows, columns]}.
   *
   * @param from inclusive
   * @param to exclusive
   */
  NDArray range(Tensor info, long from, long to, long rows, long columns) {
    reserve((to - from) * info.rowBytes());
    files.read(info.name(), from, to, source);
    return wrapped(info, rows, columns);
  }

  /**
   * Any rows, of tensors of the same type and width.
   *
   * @param rows at least one
   */
  NDArray rows(Row... rows) {
    Tensor like = rows[0].tensor();
    int bytes = Math.toIntExact(like.rowBytes());
    reserve((long) rows.length * bytes);
    source.clear();
    for (int i = 0; i < rows.length; i++) {
      long row = rows[i].number();
      files.read(rows[i].tensor().name(), row, row + 1, source.slice(i * bytes, bytes));
    }
    source.clear().limit(rows.length * bytes);
    return wrapped(like, rows.length, like.shape().get(1));
  }

  private NDArray wrapped(Tensor info, long rows, long columns) {
    return switch (info.dtype()) {
      case F32 -> torch.wrap(source, DataType.FLOAT32, rows, columns);
      case F16 -> torch.wrap(source, DataType.FLOAT16, rows, columns);
      case BF16 -> torch.wrap(widened(), DataType.FLOAT32, rows, columns);
      default ->
          throw new ModelLoadException(
              info.name()
                  + ": dtype "
                  + info.dtype()
                  + " is not supported; supported: F32, F16, BF16");
    };
  }

  /** DJL has no bfloat16; its bits are the upper half of a float's. */
  private ByteBuffer widened() {
    if (floats.capacity() < 2 * source.remaining()) {
      floats = buffer(2L * source.remaining());
    }
    floats.clear();
    while (source.hasRemaining()) {
      floats.putInt(source.getShort() << 16);
    }
    return floats.flip();
  }

  private void reserve(long bytes) {
    if (source.capacity() < bytes) {
      source = buffer(bytes);
    }
  }

  private static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(Math.max(bytes, BYTES)))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
