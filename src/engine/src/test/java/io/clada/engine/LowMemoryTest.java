package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static io.clada.engine.Tokens.last;
import static io.clada.engine.Tokens.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Smaller weights, against float32 on texts that the model itself draws. */
class LowMemoryTest {
  /** Half-precision products are slow on most processors: a small model is enough there. */
  @ParameterizedTest
  @CsvSource({
    "../models/demo-llama, float32, true, 0.01",
    "../models/demo-llama, bfloat16, false, 0.01",
    "src/test/resources/golden/tiny-llama, float16, false, 0.003"
  })
  void smallerWeightsCostHardlyAnyPerplexity(
      Path directory, String precision, boolean lowMemory, double bound) {
    Texts texts = Texts.of(directory);
    try (CladaModel model = load(directory, precision, lowMemory)) {
      double rise = Math.pow(2, texts.bits(model, Mode.DENSE) - texts.dense()) - 1;

      assertThat(rise).isBetween(-bound, bound);
    }
  }

  @Test
  void inEightBitsSparseStepsReadLessToo() {
    try (CladaModel model = eightBits()) {
      List<GeneratedToken> tokens = alone(model, spec(Mode.CLADA).keeping(0.3, 0.5).build());

      assertThat(last(tokens).finish().weightsReadRatio()).isLessThan(0.65);
      assertThat(last(tokens).finish().activeNeuronRatio()).isBetween(0.2, 0.4);
    }
  }

  @Test
  void inEightBitsExactIsDense() {
    try (CladaModel model = eightBits()) {
      Prompts prompts = new Prompts(41);
      for (int i = 0; i < 10; i++) {
        String prompt = prompts.next(1);
        GenerationSpec dense = request(Mode.DENSE, prompt).build();
        GenerationSpec exact = request(Mode.EXACT, prompt).build();
        List<Integer> expected = ids(alone(model, dense));

        new DenseOracle(model, dense).agrees(expected, ids(alone(model, exact)));
      }
    }
  }

  private static SpecBuilder request(Mode mode, String prompt) {
    return spec(mode).prompt(prompt).greedy().keeping(0.4, 0.6).maxNewTokens(20);
  }

  @Test
  void inEightBitsThereAreNoSetsOfNeurons() {
    try (CladaModel model = eightBits()) {
      assertThatThrownBy(() -> model.validate(spec(Mode.GRIFFIN).build()))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("mode: ")
          .hasMessageContaining("low-memory");
    }
  }

  @Test
  void inEightBitsABatchOfSparseGenerationsGoesOnWithoutASharedSet() {
    CladaModel model = eightBits();
    try (BatchEngine engine = new BatchEngine(model, new EngineOptions(4, 0))) {
      List<Inbox> inboxes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Inbox inbox = new Inbox();
        inboxes.add(inbox);
        GenerationSpec spec =
            spec(Mode.CLADA).id("g" + i).keeping(0.4, 0.6).greedy().maxNewTokens(20).build();
        engine.submit(spec, inbox);
      }

      inboxes.forEach(inbox -> assertThat(inbox.untilFinished()).hasSize(20));
    }
  }

  @Test
  void anUnknownPrecisionIsRefused() {
    assertThatThrownBy(() -> load(TestModels.DEMO, "float8", false))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("precision 'float8'")
        .hasMessageContaining("bfloat16");
  }

  private static CladaModel eightBits() {
    return load(TestModels.DEMO, "float32", true);
  }

  private static CladaModel load(Path directory, String precision, boolean lowMemory) {
    return CladaModel.load(
        directory, new ModelOptions("cpu", precision, lowMemory, true, LoadProgress.NONE));
  }

  /**
   * What a model itself draws, in float32.
   *
   * @param dense bits of surprise per token
   */
  private record Texts(List<String> texts, double dense) {
    static Texts of(Path directory) {
      SamplingParameters plain = new SamplingParameters(true, 1.0, 0, 1.0, 1.0, 5);
      List<String> texts = new ArrayList<>();
      try (CladaModel model = load(directory, "float32", false)) {
        for (String prompt : List.of("once", "the dog", "a girl named", "one day")) {
          SpecBuilder request = spec(Mode.DENSE).prompt(prompt).sampling(plain).maxNewTokens(80);
          texts.add(prompt + text(alone(model, request.build())));
        }
        return new Texts(texts, new Texts(texts, 0).bits(model, Mode.DENSE));
      }
    }

    double bits(CladaModel model, Mode mode) {
      double sum = 0;
      int tokens = 0;
      for (String text : texts) {
        GenerationSpec spec = spec(mode).prompt(text.substring(0, 4)).build();
        try (Scoring scoring = model.score(spec, text.substring(4))) {
          while (scoring.hasNext()) {
            sum += scoring.next().token().surprisal();
            tokens++;
          }
        }
      }
      return sum / tokens;
    }
  }
}
