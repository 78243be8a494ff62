package io.clada.topology;

import io.clada.schemas.Backbone;
import io.clada.schemas.neurons.Levels;
import io.clada.service.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When and how a layer's backbone changes.
 *
 * @param partials how often a partition's sums are forwarded
 * @param halfLife after which a request weighs half
 * @param interval shortest time between two versions
 * @param hysteresis share of the layer's energy that must have moved to other neurons
 * @param minRequests that must back it
 */
record BackboneRule(
    Duration partials,
    Duration halfLife,
    Duration interval,
    double hysteresis,
    double minRequests) {
  /**
   * @throws TopologyException naming the property that is wrong
   */
  static BackboneRule of(Settings settings) {
    return new BackboneRule(
        settings.millis("clada.backbone.partials.interval.ms", Duration.ofSeconds(5)),
        settings.millis("clada.backbone.half.life.ms", Duration.ofHours(1)),
        settings.millis("clada.backbone.interval.ms", Duration.ofSeconds(30)),
        settings.share("clada.backbone.hysteresis", 0.02),
        settings.wholeNumber("clada.backbone.min.requests", 20, 1, Integer.MAX_VALUE));
  }

  long halfLifeMs() {
    return halfLife.toMillis();
  }

  /** Whether another version may follow now. */
  boolean isDue(@Nullable Backbone last, long now) {
    return last == null || now - last.getComputedAt().toEpochMilli() >= interval.toMillis();
  }

  /** Whether the sums say enough that is new. */
  boolean hasMoved(NeuronSums sums, @Nullable Backbone last) {
    return sums.requests() >= minRequests
        && (last == null
            || sums.distance(new Levels(last.getScale(), last.getLevels())) > hysteresis);
  }
}
