package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.inAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Outcome;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The dense look back after tokens of high load (method, section 4), no more often than every 4.
 */
class ReanalysisTest {
  private static final int COOLDOWN = 4;
  private static final FleetThresholds ALWAYS_HIGH = new FleetThresholds(1, -1, -1, 0);
  private static final FleetThresholds NEVER_HIGH = new FleetThresholds(1, 1, 1, 0);
  private static final SparsityParameters FROZEN =
      new SparsityParameters(null, null, null, null, null, null, null, false, null);

  @TempDir private static Path directory;
  private static CladaModel model;

  @BeforeAll
  static void load() throws IOException {
    Profile demo = Profile.of(TestModels.DEMO, 6);
    new Profile(
            demo.format(),
            demo.ratios(),
            demo.thresholds(),
            Collections.nCopies(demo.keepRatios().size(), 0.4),
            demo.loadSwing(),
            COOLDOWN,
            0.5,
            demo.measured())
        .write(TestModels.copy(TestModels.DEMO, directory));
    model = CladaModel.load(directory, TestModels.SPARSE);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void afterTokensOfHighLoadItComesAsOftenAsTheCooldownAllows() {
    List<GeneratedToken> tokens = alone(model, frozen(ALWAYS_HIGH));

    // The prefill makes token 0; the steps of 1 to 4 are sparse, and every fourth from then on
    // looks
    // back.
    assertThat(lookingBack(tokens)).containsExactly(5, 9, 13, 17, 21, 25, 29, 33, 37);
    assertThat(inAll(tokens, LoadWindow::reanalyses)).isEqualTo(9);
  }

  @Test
  void withoutHighLoadThereIsNone() {
    List<GeneratedToken> tokens = alone(model, frozen(NEVER_HIGH));

    assertThat(lookingBack(tokens)).isEmpty();
    assertThat(inAll(tokens, LoadWindow::reanalyses)).isZero();
  }

  @Test
  void itFollowsHighLoadOnlyAndKeepsTheCooldown() {
    List<GeneratedToken> tokens =
        alone(model, spec(Mode.CLADA).seed(3).maxNewTokens(150).stop().build());
    List<Integer> lookingBack = lookingBack(tokens);

    assertThat(lookingBack).hasSizeGreaterThan(2);
    assertThat(lookingBack)
        .allSatisfy(i -> assertThat(tokens.get(i - 1).load()).isEqualTo(CognitiveLoad.HIGH));
    for (int i = 1; i < lookingBack.size(); i++) {
      assertThat(lookingBack.get(i) - lookingBack.get(i - 1)).isGreaterThanOrEqualTo(COOLDOWN);
    }
    assertThat(inAll(tokens, LoadWindow::reanalyses)).isEqualTo(lookingBack.size());
  }

  @ParameterizedTest
  @EnumSource(names = "CLADA", mode = EnumSource.Mode.EXCLUDE)
  void otherModesHaveNone(Mode mode) {
    List<GeneratedToken> tokens =
        alone(model, spec(mode).thresholds(ALWAYS_HIGH).maxNewTokens(20).build());

    assertThat(inAll(tokens, LoadWindow::reanalyses)).isZero();
  }

  @Test
  void itMakesTheCacheWhatADensePassMakesOfIt() {
    ActiveGeneration generation = model.activate(frozen(ALWAYS_HIGH), null, 0);
    List<GeneratedToken> tokens = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    Stepper stepper = model.stepper();
    try (generation) {
      generation.open(model.decoder().sequence(256));
      while (!generation.finished()) {
        if (generation.decoding()) {
          stepper.decode(List.of(generation), (each, token) -> tokens.add(token));
          errors.add(error(generation));
        } else {
          stepper.prefill(generation, (each, token) -> tokens.add(token));
        }
      }
    }

    for (int i : List.of(5, 9, 13, 37)) {
      // The error behind token i is that of the step that made token i + 1 from the cache.
      assertThat(errors.get(i - 1)).as("behind token %d", i).isLessThan(1e-4);
      assertThat(errors.get(i - 2)).as("after sparse steps").isGreaterThan(1e-3);
    }
  }

  @Test
  void inABatchEachLooksBackForItself() {
    CladaModel own = CladaModel.load(directory, TestModels.SPARSE);
    try (BatchEngine engine = new BatchEngine(own, new EngineOptions(4, 0))) {
      List<Inbox> inboxes = new ArrayList<>();
      for (String id : List.of("a", "b", "c")) {
        Inbox inbox = new Inbox();
        inboxes.add(inbox);
        engine.submit(
            spec(Mode.CLADA)
                .id(id)
                .sparsity(FROZEN)
                .thresholds(ALWAYS_HIGH)
                .maxNewTokens(40)
                .build(),
            inbox);
      }

      for (Inbox inbox : inboxes) {
        List<GeneratedToken> tokens = inbox.untilFinished();
        assertThat(inAll(tokens, LoadWindow::reanalyses)).isEqualTo(9);
        assertThat(lookingBack(tokens)).hasSize(9);
      }
    }
  }

  private static GenerationSpec frozen(FleetThresholds thresholds) {
    return spec(Mode.CLADA)
        .sparsity(FROZEN)
        .thresholds(thresholds)
        .greedy()
        .maxNewTokens(40)
        .build();
  }

  /** Indices of the tokens that a dense step made, behind the prefill's. */
  private static List<Integer> lookingBack(List<GeneratedToken> tokens) {
    return tokens.stream()
        .filter(token -> token.index() > 0 && token.weightsReadRatio() == 1)
        .map(GeneratedToken::index)
        .toList();
  }

  /** How far the entropy of a dense step on this cache is off that on a cache of dense passes. */
  private static double error(ActiveGeneration generation) {
    Segment last = generation.decode();
    try (Sequence fresh = model.decoder().sequence(256)) {
      Segment all =
          new Segment(
              fresh,
              0,
              generation.firstTokens(generation.length()),
              false,
              last.draws(),
              last.sampling(),
              last.said());
      return Math.abs(entropy(last) - entropy(all));
    }
  }

  private static double entropy(Segment segment) {
    Keep dense = Keep.dense(model.config().layers());
    Outcome outcome = model.decoder().run(model.decoder().weights(), dense, List.of(segment));
    return outcome.steps().get(0).get(0).entropy();
  }
}
