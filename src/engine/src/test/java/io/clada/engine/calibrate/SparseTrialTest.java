package io.clada.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CladaModel;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GeneratedToken;
import io.clada.engine.Generation;
import io.clada.engine.GenerationSpec;
import io.clada.engine.LoadProgress;
import io.clada.engine.Mode;
import io.clada.engine.ModelOptions;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trial scores a text as mode {@code clada} did when it wrote it, with real weights. */
class SparseTrialTest {
  private static final Path DEMO = Path.of("../models/demo-llama");
  private static final String PROMPT = "once upon a time there was a little dog";
  private static final CalibrationWatcher NOBODY =
      new CalibrationWatcher() {
        @Override
        public void stage(String name) {}

        @Override
        public void at(long done, long all) {}

        @Override
        public boolean stopped() {
          return false;
        }
      };

  @TempDir private static Path directory;
  private static Decoder decoder;

  @BeforeAll
  static void load() throws IOException {
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    double[] ratios = Profile.RATIOS.stream().mapToDouble(Double::doubleValue).toArray();
    try (ModelDirectory model = ModelDirectory.open(DEMO)) {
      decoder =
          Decoder.load(model.family(), model.weights(), "cpu", null, ratios, LoadProgress.NONE);
    }
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 0", "0, 4", "0.1, 8"})
  void itGivesEachTokenTheSurprisalThatItHadInGeneration(double swing, int cooldown)
      throws IOException {
    Profile profile = profile(0.6, swing, cooldown);
    List<GeneratedToken> tokens = generate(profile);

    Score score = trial(tokens, profile);

    double[] bits = score.bits().get(0);
    assertThat(bits).hasSameSizeAs(tokens);
    // One pass over many rows rounds otherwise than steps of one row do.
    for (int i = 0; i < bits.length; i++) {
      assertThat(bits[i])
          .describedAs("token %d", i)
          .isCloseTo(tokens.get(i).surprisal(), within(0.02));
    }
    assertThat(score.activeNeurons())
        .isCloseTo(
            tokens.stream()
                .skip(1)
                .mapToDouble(GeneratedToken::activeNeuronRatio)
                .average()
                .orElseThrow(),
            within(0.01));
    assertThat(score.weightsRead())
        .isCloseTo(
            tokens.stream()
                .skip(1)
                .mapToDouble(GeneratedToken::weightsReadRatio)
                .average()
                .orElseThrow(),
            within(0.01));
  }

  @Test
  void whatIsLeftOutCosts() throws IOException {
    List<GeneratedToken> dense = generate(profile(1, 0, 0));

    double whole = trial(dense, profile(1, 0, 0)).perplexity();
    double half = trial(dense, profile(0.5, 0, 0)).perplexity();
    double little = trial(dense, profile(0.2, 0, 0)).perplexity();

    assertThat(half).isGreaterThan(whole);
    assertThat(little).isGreaterThan(half);
  }

  private Score trial(List<GeneratedToken> tokens, Profile profile) {
    int[] generated =
        tokens.stream()
            .map(GeneratedToken::tokenId)
            .filter(Objects::nonNull)
            .mapToInt(Integer::intValue)
            .toArray();
    try (TextTokenizer tokenizer = TextTokenizer.load(DEMO)) {
      int[] prompt = tokenizer.encode(PROMPT);
      int[] ids = IntStream.concat(IntStream.of(prompt), IntStream.of(generated)).toArray();
      Meter meter = new Meter(NOBODY, ids.length);
      try (Readings readings =
          Readings.read(decoder, List.of(new Passage(ids, prompt.length)), meter)) {
        return new SparseTrial(decoder, readings.all(), meter).run(profile);
      }
    }
  }

  private List<GeneratedToken> generate(Profile profile) throws IOException {
    profile.write(directory);
    List<GeneratedToken> tokens = new ArrayList<>();
    ModelOptions sparse = new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE);
    try (CladaModel model = CladaModel.load(directory, sparse);
        Generation generation =
            model.generate(
                new GenerationSpec(
                    "test",
                    PROMPT,
                    true,
                    Mode.CLADA,
                    60,
                    false,
                    List.of(),
                    new SamplingParameters(null, null, null, null, null, 5),
                    SparsityParameters.DEFAULT,
                    FleetThresholds.DEFAULT,
                    null,
                    List.of()))) {
      generation.forEachRemaining(tokens::add);
    }
    return tokens;
  }

  private static Profile profile(double keep, double swing, int cooldown) {
    Profile demo = Objects.requireNonNull(Profile.of(DEMO, 6));
    return new Profile(
        demo.format(),
        demo.ratios(),
        demo.thresholds(),
        demo.keepRatios().stream().map(ratio -> keep).toList(),
        swing,
        cooldown,
        null,
        Map.of());
  }
}
