package io.clada.cli;

import io.clada.engine.Engine;
import io.clada.service.OpsServer;
import io.clada.worker.Tracing;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A worker from the loading of its models to its end. {@link #run} and {@link #close} belong to two
 * threads: a signal may come while the model is still being loaded.
 */
final class WorkerRun implements AutoCloseable {
  /** What closing may take beyond the worker's own grace period. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final List<Supplier<Engine>> loaders;
  private final @Nullable OpsServer ops;
  private final Tracing tracing;
  private final Console console;
  private final List<Engine> engines = new ArrayList<>();
  private @Nullable Worker worker;
  private boolean closed;

  WorkerRun(
      WorkerConfig config,
      List<Supplier<Engine>> loaders,
      @Nullable OpsServer ops,
      Tracing tracing,
      Console console) {
    this.config = config;
    this.loaders = loaders;
    this.ops = ops;
    this.tracing = tracing;
    this.console = console;
  }

  /** Returns when the worker was closed, throws what it died of. */
  @Nullable Void run() {
    for (Supplier<Engine> loader : loaders) {
      if (!keep(loader.get())) {
        return null;
      }
    }
    Worker opened = open();
    if (opened != null) {
      opened.start();
      console.note("clada worker: running with " + models() + "; Ctrl-C stops it");
      opened.awaitTermination();
    }
    return null;
  }

  private synchronized String models() {
    return engines.stream().map(Engine::modelName).collect(Collectors.joining(", "));
  }

  /** False if it is too late. */
  private synchronized boolean keep(Engine loaded) {
    if (closed) {
      loaded.close();
      return false;
    }
    engines.add(loaded);
    return true;
  }

  /** Null if it is too late. */
  private synchronized @Nullable Worker open() {
    if (closed) {
      return null;
    }
    MeterRegistry registry = ops == null ? new SimpleMeterRegistry() : ops.registry();
    Worker opened = new Worker(config, List.copyOf(engines), registry, tracing);
    worker = opened;
    if (ops != null) {
      ops.serve(opened);
    }
    return opened;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try (LastResort resort = LastResort.haltAfter(config.patience().grace().plus(CLOSING))) {
      if (worker != null) {
        worker.close();
      }
      engines.forEach(Engine::close);
    }
  }
}
