package io.clada.bench;

import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.EngineOptions;
import io.clada.engine.LoadProgress;
import io.clada.engine.Mode;
import io.clada.engine.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The engine as it serves: what a token takes alone in each mode, and in batches. Sparse or dense,
 * shared or apart is what the engine itself decides.
 */
final class BatchBench {
  private static final int[] BATCHES = {1, 2, 4, 8, 16, 32};
  private static final double[] KEPT = {0.3, 0.5, 0.7};
  private static final double HALF = 0.5;

  private final Report report;
  private final int turns;

  BatchBench(Report report, int turns) {
    this.report = report;
    this.turns = turns;
  }

  /** A crowd, timed. */
  private record Timed(String name, Crowd crowd, Turns.Times times) {
    static Timed of(String name, Crowd crowd, Turns works) {
      return new Timed(name, crowd, works.add(crowd::secondsPerToken));
    }
  }

  /** Measures a model that has a profile. */
  void run(Path directory) {
    ModelOptions options = new ModelOptions("cpu", "float32", false, false, LoadProgress.NONE);
    try (BatchEngine engine =
        new BatchEngine(CladaModel.load(directory, options), EngineOptions.DEFAULT)) {
      alone(engine);
      batches(engine);
    }
  }

  private void alone(BatchEngine engine) {
    Turns works = new Turns();
    List<Timed> all = new ArrayList<>();
    all.add(Timed.of("dense", new Crowd(engine, Mode.DENSE, HALF, 1), works));
    for (double kept : KEPT) {
      all.add(Timed.of("clada " + kept, new Crowd(engine, Mode.CLADA, kept, 1), works));
    }
    Crowd exact = new Crowd(engine, Mode.EXACT, HALF, 1);
    all.add(Timed.of("exact, drafts at " + HALF, exact, works));
    works.run(turns);
    for (Timed way : all) {
      report.add(
          Figure.of("token, end to end", way.name(), way.times(), all.get(0).times())
              .withNote(way.crowd().summary()));
    }
  }

  private void batches(BatchEngine engine) {
    Turns works = new Turns();
    List<Timed> dense = new ArrayList<>();
    List<Timed> clada = new ArrayList<>();
    for (int batch : BATCHES) {
      dense.add(Timed.of("dense, " + batch, new Crowd(engine, Mode.DENSE, HALF, batch), works));
      clada.add(Timed.of("clada, " + batch, new Crowd(engine, Mode.CLADA, HALF, batch), works));
    }
    works.run(Math.max(2, turns / 2));
    for (int i = 0; i < BATCHES.length; i++) {
      batch(dense.get(i), dense.get(0), dense.get(i), BATCHES[i]);
      batch(clada.get(i), clada.get(0), dense.get(i), BATCHES[i]);
    }
  }

  private void batch(Timed way, Timed alone, Timed dense, int size) {
    String gain =
        String.format(
            Locale.ROOT,
            "%.2f x batch 1 (best: %.2f), ",
            alone.times().over(way.times()),
            alone.times().least() / way.times().least());
    report.add(
        Figure.speed("batch", way.name(), way.times())
            .over(way.times(), dense.times())
            .withTarget(size == 8 ? "3 x batch 1" : "")
            .withNote(gain + way.crowd().summary()));
  }
}
