package io.clada.engine.decoder;

import ai.djl.pytorch.jni.IValue;
import io.clada.engine.hf.DecoderConfig;

/** What decoder.py calls {@code shape}: a model's numbers, and the kernels it is run with. */
final class Shape implements AutoCloseable {
  private static final int SINGLE = 7;
  private static final int SEVERAL = 8;
  private static final int FLASH = 10;
  private static final int FIRST_WINDOW = 11;

  private final long[] numbers;
  private IValue value;

  /**
   * @param parts in how many the outputs of sparse products are split; 0 on an accelerator
   */
  Shape(DecoderConfig config, int parts) {
    numbers = new long[FIRST_WINDOW + config.layers()];
    numbers[0] = config.heads();
    numbers[1] = config.kvHeads();
    numbers[2] = config.headDim();
    numbers[3] = config.norm() == DecoderConfig.Norm.LAYER ? 1 : 0;
    numbers[4] = config.gated() ? 1 : 0;
    numbers[5] =
        switch (config.activation()) {
          case SILU -> 0;
          case GELU -> 1;
          case GELU_TANH -> 2;
          case RELU -> 3;
        };
    numbers[6] =
        switch (config.residual()) {
          case SEQUENTIAL -> 0;
          case POST_NORM -> 1;
          case PARALLEL -> 2;
        };
    numbers[9] = parts;
    for (int layer = 0; layer < config.layers(); layer++) {
      numbers[FIRST_WINDOW + layer] = config.windows().get(layer);
    }
    value = IValue.listFrom(numbers);
  }

  /** The kernels for one row and for several; see decoder.py. */
  void kernels(int single, int several) {
    numbers[SINGLE] = single;
    numbers[SEVERAL] = several;
    value.close();
    value = IValue.listFrom(numbers);
  }

  /** Attention of several rows in one call, whatever their sequences; see decoder.py. */
  void flash() {
    numbers[FLASH] = 1;
    value.close();
    value = IValue.listFrom(numbers);
  }

  long heads() {
    return numbers[0];
  }

  long kvHeads() {
    return numbers[1];
  }

  long headDim() {
    return numbers[2];
  }

  int single() {
    return (int) numbers[SINGLE];
  }

  int several() {
    return (int) numbers[SEVERAL];
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
