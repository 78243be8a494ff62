package io.clada.worker;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.GeneratedToken;
import io.clada.engine.LoadWindow;
import io.clada.schemas.Finish;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import io.clada.schemas.TokenEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What to scale and alert on: queue length, since the lag of the requests' topic is zero as soon as
 * requests are stored, and time to first token. Counts what is forwarded, which an aborted
 * transaction may retract.
 */
final class WorkerMetrics {
  private final GenAiTimers timers;
  private final Map<Priority, AtomicInteger> active = new EnumMap<>(Priority.class);
  private final Map<Mode, ModeMeters> modes = new EnumMap<>(Mode.class);
  private final Map<Finish, Counter> ends = new EnumMap<>(Finish.class);
  private final Counter resumes;
  private final Counter quarantines;
  private final Counter repins;

  WorkerMetrics(MeterRegistry registry) {
    timers = new GenAiTimers(registry);
    for (Priority priority : Priority.values()) {
      AtomicInteger length = new AtomicInteger();
      active.put(priority, length);
      Gauge.builder("clada.queue.length", length, AtomicInteger::get)
          .description("Requests queued or running in this worker")
          .tag("class", lowerCase(priority))
          .register(registry);
    }
    for (Mode mode : Mode.values()) {
      modes.put(mode, new ModeMeters(registry, mode));
    }
    // From the start: a counter that begins at one has no increase that an alert could see.
    for (Finish finish : Finish.values()) {
      ends.put(
          finish,
          Counter.builder("clada.requests")
              .description("Requests ended")
              .tag("finish", lowerCase(finish))
              .register(registry));
    }
    resumes =
        Counter.builder("clada.resumes")
            .description("Requests that this worker took up where another attempt had stopped")
            .register(registry);
    quarantines =
        Counter.builder("clada.quarantines")
            .description("Requests set aside because workers died under them")
            .register(registry);
    repins =
        Counter.builder("clada.backbone.repins")
            .description("Requests that went on with another backbone than they began with")
            .register(registry);
  }

  void entered(Priority priority) {
    length(priority).incrementAndGet();
  }

  void left(Priority priority) {
    length(priority).decrementAndGet();
  }

  void resumed() {
    resumes.increment();
  }

  void quarantined() {
    quarantines.increment();
  }

  void repinned() {
    repins.increment();
  }

  /**
   * A token of a generation, before it is forwarded.
   *
   * @param nowMs on the clock that gave the request its arrival
   */
  void token(Generation generation, GeneratedToken token, long nowMs) {
    ModeMeters meters = meters(generation.request().getMode());
    if (token.tokenId() != null) {
      meters.token(token);
      if (token.index() == 0) {
        long arrival = generation.facts().getArrival().toEpochMilli();
        Duration waited = Duration.ofMillis(Math.max(0, nowMs - arrival));
        timers.firstToken(generation.asked(), generation.facts().getModel(), waited);
      }
    }
    if (token.window() != null) {
      meters.window(token.window());
    }
  }

  /**
   * @param asked null for a request that could not be read
   * @param event of which only one that ends a request counts
   */
  void forwarded(@Nullable Asked asked, TokenEvent event) {
    Counter ended = event.getFinish() == null ? null : ends.get(event.getFinish());
    if (ended != null) {
      ended.increment();
      timers.ended(asked, event);
    }
  }

  private AtomicInteger length(Priority priority) {
    return active.getOrDefault(priority, new AtomicInteger());
  }

  private ModeMeters meters(Mode mode) {
    ModeMeters meters = modes.get(mode);
    if (meters == null) {
      throw new IllegalArgumentException("mode " + mode);
    }
    return meters;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** What tells the modes apart: how much they compute, and how well they guess. */
  private static final class ModeMeters {
    private final Map<CognitiveLoad, Counter> tokens = new EnumMap<>(CognitiveLoad.class);
    private final DistributionSummary activeNeurons;
    private final DistributionSummary weightsRead;
    private final Counter reanalyses;
    private final Counter drafted;
    private final Counter accepted;

    ModeMeters(MeterRegistry registry, Mode mode) {
      for (CognitiveLoad load : CognitiveLoad.values()) {
        tokens.put(
            load,
            counter("clada.tokens", "Tokens forwarded", mode)
                .tag("load", lowerCase(load))
                .register(registry));
      }
      activeNeurons =
          ratio("clada.active.neuron.ratio", "Share of FFN neurons computed per token", mode)
              .register(registry);
      weightsRead =
          ratio("clada.weights.read.ratio", "Weights read per token, over what dense reads", mode)
              .register(registry);
      reanalyses =
          counter("clada.reanalyses", "Dense passes over recent tokens", mode).register(registry);
      drafted =
          counter("clada.tokens.drafted", "Tokens that sparse steps drafted", mode)
              .register(registry);
      accepted =
          counter("clada.tokens.accepted", "Drafted tokens that the dense model agreed with", mode)
              .register(registry);
    }

    void token(GeneratedToken token) {
      Counter counter = tokens.get(token.load());
      if (counter != null) {
        counter.increment();
      }
      activeNeurons.record(token.activeNeuronRatio());
      weightsRead.record(token.weightsReadRatio());
    }

    void window(LoadWindow window) {
      reanalyses.increment(window.reanalyses());
      drafted.increment(window.drafted());
      accepted.increment(window.accepted());
    }

    private static Counter.Builder counter(String name, String description, Mode mode) {
      return Counter.builder(name).description(description).tag("mode", lowerCase(mode));
    }

    private static DistributionSummary.Builder ratio(String name, String description, Mode mode) {
      return DistributionSummary.builder(name)
          .description(description)
          .serviceLevelObjectives(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
          .tag("mode", lowerCase(mode));
    }
  }
}
