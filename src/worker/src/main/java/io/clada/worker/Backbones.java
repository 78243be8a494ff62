package io.clada.worker;

import io.clada.engine.Backbone;
import io.clada.engine.Engine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fleet's backbone of each model that is served here. Written by one thread, read by any.
 *
 * <p>A request is pinned to the layers' versions that are the newest when it is first handed to an
 * engine. They are recorded with the hand-over, as numbers: the shares themselves may be megabytes.
 * A later attempt looks them up among the last {@value BackboneHistory#VERSIONS} of each layer that
 * its worker has read from the topic, which keeps former versions for an hour. If they are gone, it
 * goes on with the newest, and is pinned to these: its text goes on, but the rest of it is not what
 * the first attempt would have made.
 */
final class Backbones {
  private static final Logger LOG = LoggerFactory.getLogger(Backbones.class);

  private final Map<String, BackboneHistory> byModel;
  private final WorkerMetrics metrics;

  Backbones(Engines engines, WorkerMetrics metrics) {
    byModel =
        engines.all().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Engine::modelName, engine -> new BackboneHistory(engine.neurons())));
    this.metrics = metrics;
  }

  /**
   * What a request is pinned to.
   *
   * @param layers version of each layer; empty: it does without
   * @param backbone null: it does without
   */
  record Pinned(List<Long> layers, @Nullable Backbone backbone) {
    static final Pinned NONE = new Pinned(List.of(), null);
  }

  /** A version of the whole: it grows with each of a layer. 0: none. */
  static long version(@Nullable List<Long> layers) {
    return layers == null ? 0 : layers.stream().mapToLong(Long::longValue).sum();
  }

  /** As they were published; a layer of a model that is not served here is passed over. */
  void add(String key, io.clada.schemas.Backbone layer) {
    String own = layer.getModel() + "/" + layer.getLayer();
    if (!key.equals(own)) {
      throw new IllegalArgumentException("key: '" + key + "'; the record is of '" + own + "'");
    }
    BackboneHistory history = byModel.get(layer.getModel());
    if (history != null) {
      history.add(layer);
    }
  }

  /** Of a request whose turn it is. */
  Pinned pin(Generation generation) {
    BackboneHistory history = byModel.get(generation.facts().getModel());
    List<Long> before = generation.attempt().getBackbone();
    if (history == null || (before != null && before.isEmpty())) {
      return Pinned.NONE;
    }
    Pinned held = before == null ? null : history.find(before);
    if (held != null) {
      return held;
    }
    Pinned newest = history.newest();
    if (before != null) {
      metrics.repinned();
      LOG.info(
          "Request {} goes on with backbone version {}: version {} is not there any more",
          generation.id(),
          version(newest.layers()),
          version(before));
    }
    return newest;
  }

  /** Of the newest that is whole; 0: there is none, or the model is not served here. */
  long newestVersion(String model) {
    BackboneHistory history = byModel.get(model);
    return history == null ? 0 : version(history.newest().layers());
  }

  /** When the newest layer was computed, ms since the epoch; 0: none is known. */
  long computedAtMs(String model) {
    BackboneHistory history = byModel.get(model);
    return history == null ? 0 : history.computedAtMs();
  }
}
