package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * One set of layer weights, whole or cut down to a per-prompt set, as a value that is handed to the
 * script at each step. Also the account of what its products read.
 */
public final class Weights implements AutoCloseable {
  private static final int TENSORS_PER_LAYER = 10;
  private static final int[] MATRICES = {1, 3, 6, 8};

  private final IValue value;
  private final List<NDArray> owned;
  private final long[] inputs;
  private final long[] outputs;

  /**
   * @param tensors ten per layer, in the script's order
   * @param owned those to free with this set
   */
  Weights(List<NDArray> tensors, List<NDArray> owned) {
    this.value = Torch.list(tensors);
    this.owned = List.copyOf(owned);
    int layers = tensors.size() / TENSORS_PER_LAYER;
    inputs = new long[layers * Site.COUNT];
    outputs = new long[layers * Site.COUNT];
    for (int product = 0; product < inputs.length; product++) {
      int tensor = product / Site.COUNT * TENSORS_PER_LAYER + MATRICES[product % Site.COUNT];
      Shape shape = tensors.get(tensor).getShape();
      inputs[product] = shape.get(0);
      outputs[product] = shape.get(1);
    }
  }

  IValue value() {
    return value;
  }

  /** Inputs of each product, {@code [layers * 4]} in the order of {@link Site}. */
  public long[] inputs() {
    return inputs.clone();
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

  @Override
  public void close() {
    value.close();
    owned.forEach(NDArray::close);
  }
}
