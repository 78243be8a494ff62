package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the FFN weights of a set of neurons, the same number in each layer, in memory of their
 * own; the other weights are shared. The set changes by swapping: a neuron that enters takes the
 * place of one that leaves, so that the cost is that of the change. Confined to the thread that
 * runs the model.
 */
public final class CompactWeights implements AutoCloseable {
  private final Torch torch;
  private final Weights whole;
  private final @Nullable NeuronRows rows;
  private final Weights compact;
  private final List<NDArray> owned = new ArrayList<>();
  private final int[][] slots;

  /**
   * @param rows null where columns of the whole weights have to do
   * @param kept neurons of a layer that there is room for
   */
  CompactWeights(
      Torch torch, Weights whole, @Nullable NeuronRows rows, Precision precision, int kept) {
    this.torch = torch;
    this.whole = whole;
    this.rows = rows;
    long[] inputs = whole.inputs();
    long[] outputs = whole.outputs();
    int layers = inputs.length / Site.COUNT;
    slots = new int[layers][];
    List<NDArray> tensors = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int up = layer * Site.COUNT + Site.GATE_UP.place();
      int down = layer * Site.COUNT + Site.DOWN.place();
      outputs[up] = outputs[up] / inputs[down] * kept;
      inputs[down] = kept;
      List<NDArray> copy = new ArrayList<>(whole.layer(layer));
      boolean biased = !copy.get(Weights.UP_BIAS).isEmpty();
      NDArray neuronRows = own(torch.zeros(precision.scalarType(), outputs[up], inputs[up]));
      copy.set(Weights.UP, own(neuronRows.transpose()));
      if (biased) {
        copy.set(Weights.UP_BIAS, own(torch.zeros(precision.scalarType(), outputs[up])));
      }
      copy.set(Weights.DOWN, own(torch.zeros(precision.scalarType(), kept, outputs[down])));
      tensors.addAll(copy);
      slots[layer] = new int[kept];
      Arrays.fill(slots[layer], -1);
    }
    compact = new Weights(tensors, inputs, outputs);
  }

  private NDArray own(NDArray tensor) {
    owned.add(tensor);
    return tensor;
  }

  /** For the decoder's calls. */
  public Weights weights() {
    return compact;
  }

  /** Neurons of a layer that there is room for. */
  public int kept() {
    return slots[0].length;
  }

  /**
   * Makes this the set.
   *
   * @param neurons {@code [layers][kept]}, ascending
   * @return how many entered, in all layers
   */
  public int assign(int[][] neurons) {
    int entered = 0;
    for (int layer = 0; layer < slots.length; layer++) {
      entered += swap(layer, neurons[layer]);
    }
    return entered;
  }

  private int swap(int layer, int[] neurons) {
    BitSet wanted = new BitSet();
    for (int neuron : neurons) {
      wanted.set(neuron);
    }
    int[] free = new int[neurons.length];
    int leaving = 0;
    int[] held = slots[layer];
    for (int slot = 0; slot < held.length; slot++) {
      if (held[slot] >= 0 && wanted.get(held[slot])) {
        wanted.clear(held[slot]);
      } else {
        free[leaving++] = slot;
      }
    }
    int[] entering = wanted.stream().toArray();
    if (entering.length > 0) {
      copy(layer, Arrays.copyOf(free, entering.length), entering);
      for (int i = 0; i < entering.length; i++) {
        held[free[i]] = entering[i];
      }
    }
    return entering.length;
  }

  private void copy(int layer, int[] places, int[] neurons) {
    int step = rows == null ? neurons.length : rows.most();
    for (int from = 0; from < neurons.length; from += step) {
      int to = Math.min(from + step, neurons.length);
      int[] some = Arrays.copyOfRange(neurons, from, to);
      try (NDArray slot = torch.longs(Arrays.copyOfRange(places, from, to));
          NDArray neuron = torch.longs(some);
          NDArray read = read(layer, some)) {
        copy(layer, slot, neuron, read);
      }
    }
  }

  /** Empty where there is no such way. */
  private NDArray read(int layer, int[] neurons) {
    NDArray read = rows == null ? null : rows.read(layer, neurons);
    return read == null ? torch.zeros(Torch.FLOAT32, 0) : read;
  }

  private void copy(int layer, NDArray slots, NDArray neurons, NDArray read) {
    List<NDArray> from = whole.layer(layer);
    List<NDArray> to = compact.layer(layer);
    torch.run(
        new Arguments()
            .add(Torch.value(from.get(Weights.UP)))
            .add(Torch.value(from.get(Weights.UP_BIAS)))
            .add(Torch.value(from.get(Weights.DOWN)))
            .add(Torch.value(to.get(Weights.UP)))
            .add(Torch.value(to.get(Weights.UP_BIAS)))
            .add(Torch.value(to.get(Weights.DOWN)))
            .add(Torch.value(slots))
            .add(Torch.value(neurons))
            .add(Torch.value(read)),
        "swap");
  }

  @Override
  public void close() {
    compact.close();
    owned.forEach(NDArray::close);
  }
}
