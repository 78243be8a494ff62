package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A queueing model of a fleet under the elastic controller: workers with a queue and as many places
 * as they generate for at once; a request takes the keep-ratio offset of the moment it starts, and
 * its tokens take the longer the more is kept. Time goes in steps of a tenth of a second.
 */
final class SimulatedFleet {
  private static final int WORKERS = 4;
  private static final int PLACES = 8;
  private static final int MEAN_TOKENS = 100;
  private static final double KEPT_BY_PROFILE = 0.5;
  private static final double SECONDS_PER_TOKEN = 0.02;
  private static final double STEP_SECONDS = 0.1;
  private static final int UPDATE_WINDOW = 10;
  private static final int LOOK_SECONDS = 5;
  private static final long SLICE_MS = 15_000;

  /** Filled in again and again: millions are reported. */
  private final LoadTelemetry telemetry = Telemetry.of(List.of()).build();

  private final KeepRatioRule rule;
  private final Random random = new Random(7);
  private final List<Worker> workers = new ArrayList<>();
  private final Map<Long, Partial> slices = new HashMap<>();
  private final List<Double> offsets = new ArrayList<>();
  private final List<Integer> queues = new ArrayList<>();
  private KeepRatio state = KeepRatio.start(0);
  private long nowMs;

  private static final class Worker {
    final Deque<Integer> queue = new ArrayDeque<>();
    final List<Running> running = new ArrayList<>();
  }

  private static final class Running {
    final double secondsPerToken;
    double tokensLeft;
    double tokensSinceReport;

    Running(double tokens, double secondsPerToken) {
      this.tokensLeft = tokens;
      this.secondsPerToken = secondsPerToken;
    }
  }

  SimulatedFleet(KeepRatioRule rule) {
    this.rule = rule;
    for (int i = 0; i < WORKERS; i++) {
      workers.add(new Worker());
    }
  }

  /**
   * @param arrivals requests that arrive in each second
   */
  void run(List<Integer> arrivals) {
    for (int second = 0; second < arrivals.size(); second++) {
      for (int i = 0; i < arrivals.get(second); i++) {
        int tokens = 1 + (int) (-MEAN_TOKENS * Math.log(1 - random.nextDouble()));
        workers.get(random.nextInt(WORKERS)).queue.add(tokens);
      }
      for (int step = 0; step < 1 / STEP_SECONDS; step++) {
        workers.forEach(this::generate);
        nowMs += (long) (1000 * STEP_SECONDS);
      }
      if (second % LOOK_SECONDS == 0) {
        state = rule.next(state, pressure(), nowMs, 3 * SLICE_MS);
      }
      offsets.add(state.offset());
      queues.add(workers.stream().mapToInt(worker -> worker.queue.size()).sum());
    }
  }

  private void generate(Worker worker) {
    while (worker.running.size() < PLACES && !worker.queue.isEmpty()) {
      double slower = (KEPT_BY_PROFILE + state.offset()) / KEPT_BY_PROFILE;
      worker.running.add(new Running(worker.queue.remove(), slower * SECONDS_PER_TOKEN));
    }
    for (Running request : List.copyOf(worker.running)) {
      double tokens = Math.min(request.tokensLeft, STEP_SECONDS / request.secondsPerToken);
      request.tokensLeft -= tokens;
      request.tokensSinceReport += tokens;
      if (request.tokensLeft <= 0 || request.tokensSinceReport >= UPDATE_WINDOW) {
        report(worker, request);
      }
      if (request.tokensLeft <= 0) {
        worker.running.remove(request);
      }
    }
  }

  private void report(Worker worker, Running request) {
    int tokens = (int) Math.max(1, Math.round(request.tokensSinceReport));
    request.tokensSinceReport = 0;
    telemetry.put("tokens", tokens);
    telemetry.put("decode_seconds", tokens * request.secondsPerToken);
    telemetry.put("queued_requests", worker.queue.size());
    telemetry.put("running_requests", worker.running.size());
    slices
        .computeIfAbsent(
            SliceKey.floor(nowMs, SLICE_MS),
            start -> Partial.empty(Scope.all(Telemetry.MODEL), start, 0))
        .add(telemetry, nowMs);
  }

  /** As {@link SliceHorizon} measures it. */
  private Pressure pressure() {
    Partial lately = Partial.empty(Scope.all(Telemetry.MODEL), 0, 0);
    slices.keySet().removeIf(start -> start + SLICE_MS <= nowMs - 2 * SLICE_MS);
    slices.values().forEach(lately::merge);
    return Pressure.of(lately);
  }

  /** Offset in force at the end of each second. */
  List<Double> offsets() {
    return offsets;
  }

  /** Requests waiting at the end of each second. */
  List<Integer> queues() {
    return queues;
  }

  /** How often the offset turned from rising to falling or back, in these seconds. */
  int reversals(int from, int to) {
    int reversals = 0;
    double direction = 0;
    for (int second = Math.max(1, from); second < to; second++) {
      double change = Math.signum(offsets.get(second) - offsets.get(second - 1));
      if (change != 0 && direction != 0 && change != direction) {
        reversals++;
      }
      direction = change == 0 ? direction : change;
    }
    return reversals;
  }
}
