package io.clada.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What this computer can do at best, measured with the library and as many threads as the decoder
 * computes with: the floors that everything else is held against.
 */
final class Machine implements AutoCloseable {
  /** Far more than a cache holds. */
  private static final long NUMBERS = 1L << 28;

  /** Rows and columns: more do not make a product faster. */
  private static final int SIZE = 2048;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final NDArray numbers;
  private final NDArray matrix;

  Machine() {
    numbers = manager.ones(new Shape(NUMBERS));
    matrix = manager.ones(new Shape(SIZE, SIZE));
  }

  /** Seconds per byte that is read from memory, by a sum. */
  double secondsPerByte() {
    return Turns.timed(() -> numbers.sum().close()) / (Float.BYTES * NUMBERS);
  }

  /** Seconds per floating-point operation, by a product of large square matrices. */
  double secondsPerOperation() {
    return Turns.timed(() -> matrix.matMul(matrix).close()) / (2.0 * SIZE * SIZE * SIZE);
  }

  @Override
  public void close() {
    manager.close();
  }
}
