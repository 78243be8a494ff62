package io.clada.engine.hf;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix of the decoder and its bias.
 *
 * @param bias empty where there is none
 */
record Projection(List<Part> weight, List<Part> bias) {
  /** This one's outputs, then those of the others. */
  Projection beside(Projection... others) {
    List<Part> weights = new ArrayList<>(weight);
    List<Part> biases = new ArrayList<>(bias);
    for (Projection other : others) {
      weights.addAll(other.weight);
      biases.addAll(other.bias);
    }
    return new Projection(weights, biases);
  }

  /**
   * The outputs of a fused projection {@code [groups, share + 2, width]}, each group {@code share}
   * query heads, a key and a value head: all queries first, then all keys, then all values.
   */
  Projection unfused(int groups, int share, int width) {
    List<Part.Range> ranges = new ArrayList<>();
    ranges.addAll(heads(groups, share + 2, 0, share, width));
    ranges.addAll(heads(groups, share + 2, share, 1, width));
    ranges.addAll(heads(groups, share + 2, share + 1, 1, width));
    return new Projection(
        weight.stream().map(part -> part.taking(ranges)).toList(),
        bias.stream().map(part -> part.taking(ranges)).toList());
  }

  private static List<Part.Range> heads(int groups, int size, int first, int count, int width) {
    List<Part.Range> ranges = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      long from = ((long) group * size + first) * width;
      ranges.add(new Part.Range(from, from + (long) count * width));
    }
    return ranges;
  }
}
