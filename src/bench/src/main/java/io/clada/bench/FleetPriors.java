package io.clada.bench;

import io.clada.engine.Backbone;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Backbones as the topology itself computes and publishes them, one for each kind of traffic. */
final class FleetPriors {
  private static final Map<String, String> AT_ONCE =
      Map.of(
          "clada.backbone.partials.interval.ms", "100",
          "clada.backbone.interval.ms", "100",
          "clada.backbone.hysteresis", "0",
          "clada.backbone.min.requests", "1",
          "commit.interval.ms", "100");

  private FleetPriors() {}

  /**
   * @param traffic of each kind, the energies of its requests, {@code [layers][neurons]}
   */
  static Map<String, Backbone> of(Map<String, List<List<float[]>>> traffic)
      throws InterruptedException {
    try (MeasuredTopology topology = new MeasuredTopology(1, Map.of(), AT_ONCE)) {
      String neurons = topology.topics().neurons();
      int[] sent = {0};
      traffic.forEach(
          (kind, requests) ->
              requests.forEach(
                  energy -> {
                    NeuronUsage usage = usage(kind, energy);
                    topology.send(neurons, kind, topology.bytes(neurons, NeuronUsage.class, usage));
                    sent[0]++;
                  }));
      topology.flush();
      topology.start();
      topology.await("clada.neurons.folded", sent[0]);
      Map<String, Backbone> priors = new LinkedHashMap<>();
      traffic.forEach((kind, requests) -> priors.put(kind, published(topology, kind, requests)));
      return priors;
    }
  }

  private static NeuronUsage usage(String kind, List<float[]> energy) {
    return NeuronUsage.newBuilder()
        .setId("request")
        .setModel(kind)
        .setPromptTokens(1)
        .setLayers(
            energy.stream()
                .map(Levels::of)
                .map(levels -> new NeuronImportance(levels.scale(), levels.bytes()))
                .toList())
        .build();
  }

  /** What is published once all requests are in it: their weights have hardly begun to fade. */
  private static Backbone published(
      MeasuredTopology topology, String kind, List<List<float[]>> requests) {
    int layers = requests.get(0).size();
    while (true) {
      Map<Integer, io.clada.schemas.Backbone> newest = new TreeMap<>();
      topology.read(topology.topics().backbone(), io.clada.schemas.Backbone.class).stream()
          .filter(layer -> layer.getModel().equals(kind))
          .forEach(layer -> newest.put(layer.getLayer(), layer));
      if (newest.size() == layers
          && newest.values().stream().allMatch(it -> it.getRequests() > requests.size() - 0.5)) {
        List<float[]> shares = new ArrayList<>();
        newest
            .values()
            .forEach(it -> shares.add(new Levels(it.getScale(), it.getLevels()).normalised()));
        return new Backbone(1, shares);
      }
    }
  }
}
