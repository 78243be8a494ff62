package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.LoadProgress;
import io.clada.engine.hf.ModelDirectory;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The script's draw against a plain inverse of the cumulative distribution in Java, in double
 * precision: temperature, then top-k, then top-p, over the raw logits.
 */
class DrawTest {
  private static final int[] PROMPT = {0, 50, 60, 70};
  private static final int DRAWS = 200;
  private static Decoder decoder;
  private static float[] logits;

  @BeforeAll
  static void load() {
    try (ModelDirectory model =
        ModelDirectory.open(Path.of("src/test/resources/golden/tiny-llama"))) {
      decoder =
          Decoder.load(
              model.family(), model.weights(), "cpu", null, new double[] {0.5}, LoadProgress.NONE);
    }
    try (Sequence sequence = decoder.sequence(PROMPT.length)) {
      logits = decoder.logits(sequence, PROMPT)[PROMPT.length - 1];
    }
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 0, 1.0",
    "0.7, 0, 1.0",
    "2.0, 0, 1.0",
    "1.0, 5, 1.0",
    "1.0, 0, 0.9",
    "0.7, 0, 0.3",
    "1.5, 40, 0.8",
    "1.0, 100000, 0.5"
  })
  void eachUniformNumberDrawsTheTokenAtItsPlace(double temperature, int topK, double topP) {
    int differ = 0;
    for (int i = 0; i < DRAWS; i++) {
      double uniform = (i + 0.5) / DRAWS;
      int drawn = step(new Sampling(temperature, topK, topP, 1), Draw.by(uniform)).token();
      if (drawn != expected(temperature, topK, topP, uniform)) {
        differ++;
      }
    }
    // Single precision may move a border between two tokens across a draw.
    assertThat(differ).isLessThanOrEqualTo(1);
  }

  @Test
  void surprisalAndEntropyAreOfTheRawDistributionInBits() {
    double most = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    double entropy = 0;
    for (float logit : logits) {
      double p = Math.exp(logit - most) / sum;
      entropy -= p * Math.log(p) / Math.log(2);
    }
    Step step = step(new Sampling(0.5, 3, 0.9, 1), Draw.by(0.4));
    double surprisal = -(logits[step.token()] - most - Math.log(sum)) / Math.log(2);

    assertThat(step.surprisal()).isCloseTo(surprisal, within(1e-4));
    assertThat(step.entropy()).isCloseTo(entropy, within(1e-4));
  }

  private static Step step(Sampling sampling, Draw draw) {
    try (Sequence sequence = decoder.sequence(PROMPT.length)) {
      Keep dense = Keep.dense(decoder.config().layers());
      Segment segment =
          new Segment(sequence, 0, PROMPT, false, List.of(draw), sampling, new int[0]);
      return decoder.run(decoder.weights(), dense, List.of(segment)).steps().get(0).get(0);
    }
  }

  private static int expected(double temperature, int topK, double topP, double uniform) {
    List<Integer> ranked =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -logits[token]))
            .limit(topK == 0 ? logits.length : topK)
            .toList();
    double[] weights =
        ranked.stream()
            .mapToDouble(token -> Math.exp((logits[token] - logits[ranked.get(0)]) / temperature))
            .toArray();
    double all = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    int kept = 0;
    double mass = 0;
    while (kept < weights.length && mass / all < topP) {
      mass += weights[kept++];
    }
    double reached = 0;
    for (int i = 0; i < kept; i++) {
      reached += weights[i];
      if (uniform * mass < reached) {
        return ranked.get(i);
      }
    }
    return ranked.get(kept - 1);
  }
}
