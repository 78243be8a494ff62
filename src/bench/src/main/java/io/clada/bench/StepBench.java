package io.clada.bench;

import io.clada.engine.clada.NeuronSet;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.CompactWeights;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Precision;
import io.clada.engine.decoder.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Steps of the decoder against the bandwidth of the memory: dense, per-prompt sets, per-token
 * inputs, in float32 and in eight bits, all in turns.
 */
final class StepBench {
  private static final double[] KEPT = {0.3, 0.4, 0.5, 0.6, 0.7};
  private static final double[] RATIOS =
      Profile.RATIOS.stream().mapToDouble(Double::doubleValue).toArray();
  private static final String SECTION = "decode step";
  private static final double SET = 0.5;

  private final Report report;
  private final int turns;
  private final Turns works = new Turns();
  private final List<Way> ways = new ArrayList<>();

  StepBench(Report report, int turns) {
    this.report = report;
    this.turns = turns;
  }

  /**
   * A way to compute a step.
   *
   * @param bytes that it reads
   * @param target that it is to reach; empty: none
   */
  private record Way(String name, double bytes, Turns.Times times, String target) {}

  /** Measures the model; leaves a profile of its thresholds beside it. */
  void run(Path directory) throws IOException {
    try (Steps floats = new Steps(directory, Precision.FLOAT32, RATIOS);
        Steps eightBits = new Steps(directory, Precision.INT8, RATIOS);
        CompactWeights set = floats.set(SET);
        Machine machine = new Machine()) {
      Turns.Times bandwidth = works.add(machine::secondsPerByte);
      Turns.Times arithmetic = works.add(machine::secondsPerOperation);
      ways(floats, eightBits, set);
      Turns.Times prefill = works.add(() -> floats.prefill() / Steps.PROMPT);
      Turns.Times prefillEightBits = works.add(() -> eightBits.prefill() / Steps.PROMPT);
      Turns.Times rank = works.add(() -> Turns.timed(() -> rank(floats, set.kept())));
      Turns.Times swap = works.add(new Swap(floats, set)::seconds);
      works.run(turns);

      steps(bandwidth);
      new DenseGap(floats, ways.get(0).times(), bandwidth).report(report);
      prefill(prefill, arithmetic, floats, "float32");
      prefill(prefillEightBits, arithmetic, eightBits, "8 bits");
      sets(rank, swap);
      kernels("float32", floats);
      kernels("8 bits", eightBits);
      profile(floats).write(directory);
    }
  }

  private void ways(Steps floats, Steps eightBits, CompactWeights set) {
    Weights whole = floats.decoder().weights();
    way("dense", floats, whole, floats.dense(), 4, "floor/median >= 0.80");
    way("griffin " + SET, floats, set.weights(), floats.dense(), 4, "bytes / best/dense's >= 0.90");
    for (double kept : KEPT) {
      way("clada " + kept, floats, whole, floats.thresholds(kept), 4, target(kept));
    }
    for (double kept : KEPT) {
      way("clada " + kept + ", top-k", floats, whole, floats.largest(kept), 4, "");
    }
    Weights bytes = eightBits.decoder().weights();
    way("8 bits, dense", eightBits, bytes, eightBits.dense(), 1, "<= 0.63 of dense");
    for (double kept : KEPT) {
      way("8 bits, clada " + kept, eightBits, bytes, eightBits.thresholds(kept), 1, "");
    }
  }

  private static String target(double kept) {
    return kept == 0.5 ? "<= 0.67 of dense" : kept == 0.3 ? "<= 0.50 of dense" : "";
  }

  private void way(
      String name, Steps steps, Weights weights, Keep keep, int bytesPerWeight, String target) {
    double bytes = bytesPerWeight * steps.weightsRead(weights, keep);
    ways.add(new Way(name, bytes, works.add(() -> steps.seconds(weights, keep)), target));
  }

  private void steps(Turns.Times bandwidth) {
    report.add(
        Figure.of(SECTION, "memory is read at", 1e-9 / bandwidth.median(), "GB/s")
            .withNote(String.format(Locale.ROOT, "%.1f at best", 1e-9 / bandwidth.least())));
    Way dense = ways.get(0);
    for (Way way : ways) {
      report.add(
          Figure.of(SECTION, way.name(), way.times(), dense.times())
              .withFloor(way.bytes() * bandwidth.median() * 1e3)
              .withBytes(way.bytes() / dense.bytes())
              .withTarget(way.target()));
    }
  }

  private void sets(Turns.Times rank, Turns.Times swap) {
    Turns.Times dense = ways.get(0).times();
    report.add(Figure.of("shared set", "rank all neurons", rank, dense));
    report.add(Figure.of("shared set", "swap a tenth", swap, dense).withTarget("<= 0.5 of dense"));
  }

  private void kernels(String precision, Steps steps) {
    report.say(
        precision,
        "kernels " + steps.decoder().kernels() + ", dense is faster from " + steps.breakEvens());
  }

  private void prefill(Turns.Times times, Turns.Times arithmetic, Steps steps, String precision) {
    double operations = 2.0 * steps.decoder().weights().all();
    String note =
        String.format(
            Locale.ROOT,
            "%.2f of the speed of a large product, best of each",
            operations * arithmetic.least() / times.least());
    report.add(
        Figure.speed("prefill", precision + ", " + Steps.PROMPT + " tokens", times).withNote(note));
  }

  private static void rank(Steps steps, int kept) {
    NeuronSet.top(steps.decoder().energy(steps.sequence()).toArray(float[][]::new), kept);
  }

  /** The model's thresholds, all of them put to use. */
  private static Profile profile(Steps steps) {
    List<List<Double>> thresholds = new ArrayList<>();
    for (float[] reached : steps.magnitudes()) {
      List<Double> row = new ArrayList<>();
      for (float magnitude : reached) {
        row.add((double) magnitude);
      }
      thresholds.add(row);
    }
    List<Double> half = thresholds.stream().map(row -> SET).toList();
    return new Profile(1, Profile.RATIOS, thresholds, half, 0, 0, SET, Map.of());
  }
}
