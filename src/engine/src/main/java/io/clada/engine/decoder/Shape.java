package io.clada.engine.decoder;

import ai.djl.pytorch.jni.IValue;
import io.clada.engine.hf.DecoderConfig;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What decoder.py calls {@code shape}: a model's numbers, and the kernels it is run with. */
final class Shape implements AutoCloseable {
  private static final int PARTS = 9;
  private static final int FLASH = 10;
  private static final int FIRST_WINDOW = 13;

  /** For which products a kernel is taken. */
  enum Use {
    /** One row; the weights of an input are one row. */
    SINGLE(7),
    /** Several rows. */
    SEVERAL(8),
    /** One row; the weights of an output are one row. */
    TURNED_SINGLE(11),
    /** Several rows. */
    TURNED_SEVERAL(12);

    private final int place;

    Use(int place) {
      this.place = place;
    }
  }

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
    numbers[PARTS] = parts;
    for (int layer = 0; layer < config.layers(); layer++) {
      numbers[FIRST_WINDOW + layer] = config.windows().get(layer);
    }
    value = IValue.listFrom(numbers);
  }

  /** Takes a kernel; see decoder.py. */
  void kernel(Use use, int kernel) {
    set(use.place, kernel);
  }

  /** Attention of several rows in one call, whatever their sequences; see decoder.py. */
  void flash() {
    set(FLASH, 1);
  }

  private void set(int place, int number) {
    numbers[place] = number;
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

  /** The kernels taken, in the order of {@link Use}, for people. */
  String kernels() {
    return Arrays.stream(Use.values())
        .map(use -> Long.toString(numbers[use.place]))
        .collect(Collectors.joining(":"));
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
