package io.clada.bench;

import io.clada.engine.BatchEngine;
import io.clada.engine.Finish;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GeneratedToken;
import io.clada.engine.GenerationSpec;
import io.clada.engine.LoadWindow;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Several generations at once on an engine. */
final class Crowd {
  /** While all of them decode. */
  private static final int TOKENS_TOGETHER = 16;

  private final BatchEngine engine;
  private final Mode mode;
  private final double kept;
  private final int size;
  private int round;
  private double read;
  private double drafted;
  private double accepted;
  private double tokens;

  /**
   * @param kept share of the inputs, in mode {@code clada} and of the drafts in {@code exact}
   */
  Crowd(BatchEngine engine, Mode mode, double kept, int size) {
    this.engine = engine;
    this.mode = mode;
    this.kept = kept;
    this.size = size;
  }

  /** One generation's tokens, as the engine's thread hands them over. */
  private final class Member {
    final List<Long> arrivals = new ArrayList<>();
    final CountDownLatch latch;

    Member(CountDownLatch latch) {
      this.latch = latch;
    }

    void accept(GeneratedToken token) {
      arrivals.add(System.nanoTime());
      LoadWindow window = token.window();
      if (window != null) {
        drafted += window.drafted();
        accepted += window.accepted();
      }
      Finish finish = token.finish();
      if (finish != null) {
        read += finish.weightsReadRatio() * finish.completionTokens();
        tokens += finish.completionTokens();
        latch.countDown();
      }
    }
  }

  /**
   * Runs them: seconds per token from when the last of them has its first token to when the first
   * of them ends.
   */
  double secondsPerToken() {
    CountDownLatch latch = new CountDownLatch(size);
    List<Member> members = new ArrayList<>();
    round++;
    for (int i = 0; i < size; i++) {
      Member member = new Member(latch);
      members.add(member);
      engine.submit(spec(i), member::accept);
    }
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
    long from = members.stream().mapToLong(member -> member.arrivals.get(0)).max().orElseThrow();
    long to =
        members.stream()
            .mapToLong(member -> member.arrivals.get(member.arrivals.size() - 1))
            .min()
            .orElseThrow();
    long count =
        members.stream()
            .flatMap(member -> member.arrivals.stream())
            .filter(at -> at > from && at <= to)
            .count();
    return (to - from) / 1e9 / count;
  }

  /** What was read and drafted in all rounds. */
  String summary() {
    String share = String.format(Locale.ROOT, "reads %.2f", read / tokens);
    return drafted == 0
        ? share
        : share + String.format(Locale.ROOT, ", %.2f of drafts right", accepted / drafted);
  }

  /** Prompts differ, so that none is another's prefix. */
  private GenerationSpec spec(int member) {
    String id = mode + "-" + size + "-" + kept + "-" + round + "-" + member;
    return new GenerationSpec(
        id,
        member + " little dogs and a cat went to the park, and saw a big red ball",
        true,
        mode,
        size + TOKENS_TOGETHER,
        false,
        List.of(),
        new SamplingParameters(null, null, null, null, null, member),
        new SparsityParameters(kept, kept, null, null, null, null, null, null, null),
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }
}
