package io.clada.engine.hf;

import java.util.List;

/**
 * What a safetensors header says of a tensor; {@link Safetensors} has its bytes.
 *
 * @param shape outermost dimension first; empty for a scalar
 */
public record Tensor(String name, Dtype dtype, List<Long> shape) {
  public Tensor {
    shape = List.copyOf(shape);
  }

  /** The outermost dimension; 1 for a scalar. */
  public long rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** Bytes of the whole tensor; a header is refused if they do not fit a long. */
  public long byteSize() {
    return Math.multiplyExact(rows(), rowBytes());
  }

  /** Bytes of one row: all but the outermost dimension. */
  public long rowBytes() {
    long bytes = dtype.bytes();
    for (int dimension = 1; dimension < shape.size(); dimension++) {
      bytes = Math.multiplyExact(bytes, shape.get(dimension));
    }
    return bytes;
  }
}
