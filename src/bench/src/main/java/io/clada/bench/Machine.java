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

  private static final int ROWS = Steps.PROMPT;
  private static final int INPUTS = 2048;
  private static final int OUTPUTS = 8192;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final NDArray numbers;
  private final NDArray rows;
  private final NDArray matrix;

  Machine() {
    numbers = manager.ones(new Shape(NUMBERS));
    rows = manager.ones(new Shape(ROWS, INPUTS));
    matrix = manager.ones(new Shape(INPUTS, OUTPUTS));
  }

  /** Seconds per byte that is read from memory, by a sum. */
  double secondsPerByte() {
    return Turns.timed(() -> numbers.sum().close()) / (Float.BYTES * NUMBERS);
  }

  /** Seconds per floating-point operation, by a product of matrices, a prompt's rows at once. */
  double secondsPerOperation() {
    return Turns.timed(() -> rows.matMul(matrix).close()) / (2.0 * ROWS * INPUTS * OUTPUTS);
  }

  @Override
  public void close() {
    manager.close();
  }
}
