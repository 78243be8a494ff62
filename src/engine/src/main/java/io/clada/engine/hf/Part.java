package io.clada.engine.hf;

import java.util.ArrayList;
import java.util.List;

/**
 * Outputs of one source tensor, in the order in which the decoder wants them. A matrix of the
 * decoder is a list of parts, side by side along the outputs; a vector is one of parts end to end.
 *
 * @param tensor name in the safetensors
 * @param shape the whole source's, as config.json asks for it: two dimensions, or one for a vector
 * @param orientation which dimension of a matrix is the outputs; OUT_IN for a vector
 * @param outputs ranges of outputs to take, one after the other; adjacent ones are one
 */
public record Part(String tensor, List<Long> shape, Orientation orientation, List<Range> outputs) {

  /** How a source matrix lies in its file. */
  public enum Orientation {
    /** {@code [out, in]}: torch's Linear, and embeddings, whose outputs are their rows. */
    OUT_IN,
    /** {@code [in, out]}: GPT-2's Conv1D. */
    IN_OUT
  }

  /** Outputs {@code from} (inclusive) to {@code to} (exclusive). */
  public record Range(long from, long to) {
    public long size() {
      return to - from;
    }
  }

  public Part {
    shape = List.copyOf(shape);
    outputs = joined(outputs);
  }

  static Part linear(String tensor, long outputs, long inputs) {
    return whole(tensor, List.of(outputs, inputs), Orientation.OUT_IN, outputs);
  }

  static Part conv1d(String tensor, long inputs, long outputs) {
    return whole(tensor, List.of(inputs, outputs), Orientation.IN_OUT, outputs);
  }

  static Part vector(String tensor, long size) {
    return whole(tensor, List.of(size), Orientation.OUT_IN, size);
  }

  private static Part whole(
      String tensor, List<Long> shape, Orientation orientation, long outputs) {
    return new Part(tensor, shape, orientation, List.of(new Range(0, outputs)));
  }

  /** The same source, other outputs of it. */
  Part taking(List<Range> ranges) {
    return new Part(tensor, shape, orientation, ranges);
  }

  /** How many outputs are taken. */
  public long size() {
    return outputs.stream().mapToLong(Range::size).sum();
  }

  /** Inputs of each output; 1 for a vector. */
  public long inputs() {
    if (shape.size() == 1) {
      return 1;
    }
    return shape.get(orientation == Orientation.OUT_IN ? 1 : 0);
  }

  private static List<Range> joined(List<Range> ranges) {
    List<Range> joined = new ArrayList<>();
    for (Range range : ranges) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).to() == range.from()) {
        joined.set(last, new Range(joined.get(last).from(), range.to()));
      } else {
        joined.add(range);
      }
    }
    return List.copyOf(joined);
  }
}
