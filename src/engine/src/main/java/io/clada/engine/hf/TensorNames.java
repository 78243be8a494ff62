package io.clada.engine.hf;

import java.util.List;
import java.util.Set;

/**
 * Makes parts from a checkpoint's names: the same model is saved with and without what its outer
 * class puts before them.
 */
final class TensorNames {
  private final String prefix;

  private TensorNames(String prefix) {
    this.prefix = prefix;
  }

  /**
   * @param known a name that every checkpoint of the family has
   * @param prefixes what may stand before it, most usual first; the first where none does, so that
   *     the error names what is usual
   */
  static TensorNames of(Set<String> tensors, String known, String... prefixes) {
    for (String prefix : prefixes) {
      if (tensors.contains(prefix + known)) {
        return new TensorNames(prefix);
      }
    }
    return new TensorNames(prefixes[0]);
  }

  /** For what lies outside the model's body: the head. */
  static TensorNames bare() {
    return new TensorNames("");
  }

  TensorNames within(String path) {
    return new TensorNames(prefix + path + ".");
  }

  TensorNames layer(String list, int layer) {
    return within(list + "." + layer);
  }

  Part matrix(String name, long outputs, long inputs) {
    return Part.linear(prefix + name + ".weight", outputs, inputs);
  }

  Projection linear(String name, long outputs, long inputs, boolean bias) {
    return new Projection(List.of(matrix(name, outputs, inputs)), bias(name, outputs, bias));
  }

  /** GPT-2's linear, with its inputs as rows. */
  Projection conv1d(String name, long outputs, long inputs) {
    Part weight = Part.conv1d(prefix + name + ".weight", inputs, outputs);
    return new Projection(List.of(weight), bias(name, outputs, true));
  }

  NormParts rmsNorm(String name, long size) {
    return new NormParts(Part.vector(prefix + name + ".weight", size), null);
  }

  NormParts layerNorm(String name, long size) {
    return new NormParts(Part.vector(prefix + name + ".weight", size), bias(name, size));
  }

  Part bias(String name, long size) {
    return Part.vector(prefix + name + ".bias", size);
  }

  private List<Part> bias(String name, long size, boolean present) {
    return present ? List.of(bias(name, size)) : List.of();
  }
}
