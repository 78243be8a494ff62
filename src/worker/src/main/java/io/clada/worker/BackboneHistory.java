package io.clada.worker;

import io.clada.schemas.Backbone;
import io.clada.schemas.neurons.Levels;
import io.clada.worker.Backbones.Pinned;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last versions of each layer of one model's backbone, in the order in which they were
 * published. Never more than {@link #VERSIONS} of a layer, four bytes a neuron. Thread-safe.
 */
final class BackboneHistory {
  /** At the topology's default interval those of the last four minutes or more. */
  static final int VERSIONS = 8;

  private final List<Integer> neurons;
  private final List<Map<Long, float[]>> layers = new ArrayList<>();
  private Pinned newest = Pinned.NONE;
  private long computedAtMs;

  /**
   * @param neurons of each layer
   */
  BackboneHistory(List<Integer> neurons) {
    this.neurons = List.copyOf(neurons);
    neurons.forEach(layer -> layers.add(new LinkedHashMap<>()));
  }

  /**
   * @throws IllegalArgumentException naming the field, if it is no layer of this model
   */
  synchronized void add(Backbone layer) {
    Map<Long, float[]> versions = layers.get(checkedLayer(layer));
    versions.remove(layer.getVersion());
    versions.put(layer.getVersion(), new Levels(layer.getScale(), layer.getLevels()).normalised());
    if (versions.size() > VERSIONS) {
      Iterator<Long> oldest = versions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    computedAtMs = Math.max(computedAtMs, layer.getComputedAt().toEpochMilli());
    if (layers.stream().noneMatch(Map::isEmpty)) {
      newest = pinned(layers.stream().map(BackboneHistory::last).toList());
    }
  }

  /** The newest version of each layer; none as long as a layer has none. */
  synchronized Pinned newest() {
    return newest;
  }

  /** When the newest layer was computed, ms since the epoch; 0: none is known. */
  synchronized long computedAtMs() {
    return computedAtMs;
  }

  /**
   * Looks former versions up.
   *
   * @param versions of each layer
   * @return null if one of them is not held, or they are not as many as the layers
   */
  synchronized @Nullable Pinned find(List<Long> versions) {
    boolean held = versions.size() == layers.size();
    for (int layer = 0; held && layer < versions.size(); layer++) {
      held = layers.get(layer).containsKey(versions.get(layer));
    }
    return held ? pinned(versions) : null;
  }

  private Pinned pinned(List<Long> versions) {
    List<float[]> shares = new ArrayList<>();
    for (int layer = 0; layer < versions.size(); layer++) {
      shares.add(layers.get(layer).get(versions.get(layer)));
    }
    return new Pinned(versions, new io.clada.engine.Backbone(Backbones.version(versions), shares));
  }

  private static Long last(Map<Long, float[]> versions) {
    return List.copyOf(versions.keySet()).get(versions.size() - 1);
  }

  private int checkedLayer(Backbone layer) {
    int number = layer.getLayer();
    if (number < 0 || number >= neurons.size()) {
      throw new IllegalArgumentException(
          "layer: " + number + "; the model has layers 0 to " + (neurons.size() - 1));
    }
    int given = layer.getLevels().remaining();
    if (given != neurons.get(number)) {
      throw new IllegalArgumentException(
          "levels: " + given + " neurons; the model's layer has " + neurons.get(number));
    }
    float scale = layer.getScale();
    if (!(scale > 0 && scale <= 1) || new Levels(scale, layer.getLevels()).sum() == 0) {
      throw new IllegalArgumentException("scale: " + scale + ", or levels that are all 0");
    }
    if (layer.getVersion() < 1) {
      throw new IllegalArgumentException("version: " + layer.getVersion());
    }
    return number;
  }
}
