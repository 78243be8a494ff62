package io.clada.topology;

import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The versions of a model's thresholds. Each change makes the next one; values that are new go on
 * top of the history in the record itself, where they survive compaction.
 */
final class ThresholdVersions {
  /** Values that can be taken back. */
  static final int KEPT = 32;

  private ThresholdVersions() {}

  /** Before anything was learned. */
  static Thresholds first(String model, double surprisal, double entropy, long now) {
    return remembered(
        Thresholds.newBuilder()
            .setModel(model)
            .setVersion(1)
            .setSurprisal((float) surprisal)
            .setEntropy((float) entropy)
            .setComputedAt(Instant.ofEpochMilli(now))
            .setReason("the configured start"));
  }

  /** What an operator ordered, after {@code last}. */
  static Thresholds ordered(Thresholds last, Order order) {
    Instant orderedAt = Instant.ofEpochMilli(order.orderedAt());
    return remembered(
        next(last)
            .setSurprisal(order.surprisal())
            .setEntropy(order.entropy())
            .setSamples(0)
            .setComputedAt(orderedAt)
            .setOrderedAt(orderedAt)
            .setPinned(order.pinned())
            .setOperator(order.operator())
            .setReason(order.reason()));
  }

  /** The same thresholds with another keep-ratio offset, after {@code last}. */
  static Thresholds keepRatio(Thresholds last, double offset, String reason) {
    return next(last).setKeepRatioOffset((float) offset).setKeepRatioReason(reason).build();
  }

  static Thresholds.Builder next(Thresholds last) {
    return Thresholds.newBuilder(last).setVersion(last.getVersion() + 1);
  }

  /** Complete, with its values on top of the history. */
  static Thresholds remembered(Thresholds.Builder version) {
    List<PastThresholds> history = new ArrayList<>();
    history.add(
        PastThresholds.newBuilder()
            .setVersion(version.getVersion())
            .setSurprisal(version.getSurprisal())
            .setEntropy(version.getEntropy())
            .setSurprisalQuantile(version.getSurprisalQuantile())
            .setEntropyQuantile(version.getEntropyQuantile())
            .setSamples(version.getSamples())
            .setComputedAt(version.getComputedAt())
            .build());
    List<PastThresholds> before = version.getHistory();
    if (before != null) {
      history.addAll(before.subList(0, Math.min(before.size(), KEPT - 1)));
    }
    return version.setHistory(history).build();
  }
}
