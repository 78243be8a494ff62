package io.clada.topology;

import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    Thresholds complete = version.build();
    List<PastThresholds> before = complete.getHistory();
    List<PastThresholds> history = new ArrayList<>();
    history.add(past(complete));
    history.addAll(before.subList(0, Math.min(before.size(), KEPT - 1)));
    return Thresholds.newBuilder(complete).setHistory(history).build();
  }

  /** The values in force at a version, if they are kept. */
  static Optional<PastThresholds> at(Thresholds current, long version) {
    return version == current.getVersion()
        ? Optional.of(past(current))
        : current.getHistory().stream().filter(past -> past.getVersion() <= version).findFirst();
  }

  /** First version whose values are kept. */
  static long oldest(Thresholds current) {
    List<PastThresholds> history = current.getHistory();
    return history.isEmpty() ? current.getVersion() : history.get(history.size() - 1).getVersion();
  }

  private static PastThresholds past(Thresholds values) {
    return PastThresholds.newBuilder()
        .setVersion(values.getVersion())
        .setSurprisal(values.getSurprisal())
        .setEntropy(values.getEntropy())
        .setSurprisalQuantile(values.getSurprisalQuantile())
        .setEntropyQuantile(values.getEntropyQuantile())
        .setSamples(values.getSamples())
        .setComputedAt(values.getComputedAt())
        .build();
  }
}
