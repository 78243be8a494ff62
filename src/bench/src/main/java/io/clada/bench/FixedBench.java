package io.clada.bench;

import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What a step costs before any weight is read: the same decoder on matrices so small that they cost
 * nothing, in two depths. Their difference is the layers', the rest the step's.
 */
final class FixedBench {
  private static final int SHALLOW = 2;
  private static final int DEEP = 22;
  private static final double KEPT = 0.5;
  private static final int REPEATS = 50;

  private final Report report;
  private final int turns;

  FixedBench(Report report, int turns) {
    this.report = report;
    this.turns = turns;
  }

  void run(Path tokenizer) throws IOException {
    try (TemporaryModel shallow = TemporaryModel.of(RandomModel.tiny(SHALLOW), tokenizer);
        TemporaryModel deep = TemporaryModel.of(RandomModel.tiny(DEEP), tokenizer);
        Steps few = new Steps(shallow.directory(), Precision.FLOAT32, new double[] {KEPT});
        Steps many = new Steps(deep.directory(), Precision.FLOAT32, new double[] {KEPT})) {
      measure("dense", few, many, Steps::dense, "at most 15");
      measure("clada", few, many, steps -> steps.thresholds(KEPT), "");
    }
  }

  private void measure(
      String mode, Steps few, Steps many, Function<Steps, Keep> keep, String target) {
    Turns works = new Turns();
    Turns.Times shallow = works.add(() -> seconds(few, keep.apply(few)));
    Turns.Times deep = works.add(() -> seconds(many, keep.apply(many)));
    works.run(turns);
    double layer = (deep.median() - shallow.median()) / (DEEP - SHALLOW);
    double step = shallow.median() - SHALLOW * layer;
    report.add(Figure.of("fixed cost", mode + ", per layer", layer * 1e6, "us").withTarget(target));
    report.add(Figure.of("fixed cost", mode + ", per step", step * 1e6, "us"));
  }

  private static double seconds(Steps steps, Keep keep) {
    double sum = 0;
    for (int i = 0; i < REPEATS; i++) {
      sum += steps.seconds(steps.decoder().weights(), keep);
    }
    return sum / REPEATS;
  }
}
