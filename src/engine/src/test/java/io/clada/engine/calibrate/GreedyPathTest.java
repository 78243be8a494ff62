package io.clada.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.LoadProgress;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Site;
import io.clada.engine.hf.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The path from dense to sparse, on the demo model's matrices and made-up losses. */
class GreedyPathTest {
  private static final int RATIOS = Profile.RATIOS.size();

  private static Decoder decoder;
  private static Matrices matrices;
  private static double[][] losses;
  private static double[] sensitivities;

  @BeforeAll
  static void makeLosses() {
    try (ModelDirectory model = ModelDirectory.open(Path.of("../models/demo-llama"))) {
      decoder =
          Decoder.load(
              model.family(), model.weights(), "cpu", null, new double[] {0.5}, LoadProgress.NONE);
    }
    int count = decoder.config().layers() * Site.COUNT;
    matrices = new Matrices(decoder, new double[count][RATIOS]);
    Random random = new Random(11);
    losses = new double[count][];
    sensitivities = random.doubles(count, 0.1, 10).toArray();
    for (int matrix = 0; matrix < count; matrix++) {
      // The less is kept the more is lost, and ever faster: what real matrices do.
      double steepness = 1 + random.nextDouble() * 3;
      losses[matrix] =
          Profile.RATIOS.stream().mapToDouble(ratio -> Math.pow(1 - ratio, steepness)).toArray();
    }
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @Test
  void everyStepIsTheOneThatCostsTheLeastErrorPerWeightSaved() {
    GreedyPath path = new GreedyPath(matrices, losses, sensitivities);

    assertThat(path.length()).isGreaterThan(100);
    for (int step = 0; step < path.length(); step++) {
      double[] before = path.at(step);
      double[] after = path.at(step + 1);
      double least = Double.MAX_VALUE;
      double taken = Double.NaN;
      for (int matrix = 0; matrix < before.length; matrix++) {
        double cost = costOfNext(matrix, before[matrix]);
        least = Math.min(least, cost);
        taken = before[matrix] == after[matrix] ? taken : cost;
      }
      assertThat(taken).isEqualTo(least);
    }
  }

  @Test
  void whatIsReadIsWhatTheRatiosSay() {
    GreedyPath path = new GreedyPath(matrices, losses, sensitivities);

    for (int step = 0; step <= path.length(); step += 50) {
      double[] ratios = path.at(step);
      double saved = 0;
      for (int matrix = 0; matrix < ratios.length; matrix++) {
        saved += (1 - ratios[matrix]) * matrices.share(matrix);
      }
      assertThat(path.read(step)).isCloseTo(1 - saved, within(1e-9));
    }
    assertThat(path.read(path.reading(0.6))).isLessThanOrEqualTo(0.6);
    assertThat(path.read(path.reading(0.6) - 1)).isGreaterThan(0.6);
  }

  @Test
  void noMatrixGoesBelowWhatAStepKeepsInAnyCase() {
    GreedyPath path = new GreedyPath(matrices, losses, sensitivities);

    double[] sparsest = path.at(path.length());
    assertThat(Arrays.stream(sparsest).min().orElseThrow()).isGreaterThanOrEqualTo(0.1);
    for (int matrix = 0; matrix < sparsest.length; matrix++) {
      assertThat(sparsest[matrix]).isGreaterThanOrEqualTo(matrices.leastRatio(matrix));
    }
  }

  @Test
  void preferringNeuronsKeepsFewerOfThemForTheSameWeights() {
    GreedyPath plain = new GreedyPath(matrices, losses, sensitivities);
    GreedyPath preferring = plain.preferringNeurons(4);

    assertThat(neurons(preferring.at(preferring.reading(0.7))))
        .isLessThan(neurons(plain.at(plain.reading(0.7))));
    assertThat(neurons(plain.at(plain.keepingNeurons(0.6)))).isLessThanOrEqualTo(0.6);
  }

  /** Of lowering one matrix by a ratio: error over weights saved; never where it may not go. */
  private double costOfNext(int matrix, double ratio) {
    int at = ratio == 1 ? RATIOS : Profile.RATIOS.indexOf(ratio);
    if (at == 0 || Profile.RATIOS.get(at - 1) < Math.max(0.1, matrices.leastRatio(matrix))) {
      return Double.MAX_VALUE;
    }
    double now = at == RATIOS ? 0 : losses[matrix][at];
    double error = sensitivities[matrix] * (losses[matrix][at - 1] - now);
    return error / ((ratio - Profile.RATIOS.get(at - 1)) * matrices.share(matrix));
  }

  private static double neurons(double[] ratios) {
    return IntStream.range(0, ratios.length)
        .filter(matrix -> Site.of(matrix) == Site.DOWN)
        .mapToDouble(matrix -> ratios[matrix])
        .average()
        .orElseThrow();
  }
}
