package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * One set of layer weights, whole or cut down to a set of neurons, as a value that is handed to the
 * script at each step. Also the account of what its products read.
 */
public final class Weights implements AutoCloseable {
  static final int TENSORS_PER_LAYER = 12;
  static final int UP = 8;
  static final int UP_BIAS = 9;
  static final int DOWN = 10;

  private final List<NDArray> tensors;
  private final IValue value;
  private final long[] inputs;
  private final long[] outputs;

  /**
   * @param tensors twelve per layer, in the script's order
   * @param inputs of each product, {@code [layers * 4]}
   * @param outputs of each product, {@code [layers * 4]}
   */
  Weights(List<NDArray> tensors, long[] inputs, long[] outputs) {
    this.tensors = tensors;
    this.value = Torch.list(tensors);
    this.inputs = inputs;
    this.outputs = outputs;
  }

  IValue value() {
    return value;
  }

  List<NDArray> layer(int layer) {
    return tensors.subList(layer * TENSORS_PER_LAYER, (layer + 1) * TENSORS_PER_LAYER);
  }

  /** Inputs of each product, {@code [layers * 4]} in the order of {@link Site}. */
  public long[] inputs() {
    return inputs.clone();
  }

  /** Outputs of each product, in the same order. */
  public long[] outputs() {
    return outputs.clone();
  }

  /** Weights read by products that used so many of their inputs each, {@code [layers * 4]}. */
  public long read(double[] used) {
    long weights = 0;
    for (int product = 0; product < outputs.length; product++) {
      weights += Math.round(used[product]) * outputs[product];
    }
    return weights;
  }

  /** Weights read by a dense step. */
  public long all() {
    long weights = 0;
    for (int product = 0; product < outputs.length; product++) {
      weights += inputs[product] * outputs[product];
    }
    return weights;
  }

  /** Frees the list; the tensors are their maker's. */
  @Override
  public void close() {
    value.close();
  }
}
