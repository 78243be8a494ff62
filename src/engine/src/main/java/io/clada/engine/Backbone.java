package io.clada.engine;

import java.util.List;

/**
 * The fleet's prior of which neurons matter: the mean, over a model's traffic, of each neuron's
 * share of its layer's contribution energy (method, section 5). Shared by reference and never
 * changed.
 *
 * @param version version that a request is pinned to
 * @param layers per layer {@code [neurons]}, adding up to 1
 */
public record Backbone(long version, List<float[]> layers) {
  public Backbone {
    layers = List.copyOf(layers);
  }
}
