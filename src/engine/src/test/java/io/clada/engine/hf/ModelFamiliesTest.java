package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family at once: small models that transformers saved, and config.json as published with the
 * models named.
 */
class ModelFamiliesTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final String SUPPORTED =
      "supported: falcon, gpt2, gpt_neox, llama, mistral, opt, phi, qwen2";

  static List<Path> savedModels() throws IOException {
    try (Stream<Path> directories = Files.list(RESOURCES.resolve("golden"))) {
      return directories.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("savedModels")
  void placesEveryTensorThatTransformersSaved(Path directory) {
    try (Safetensors weights = Safetensors.open(directory)) {
      ModelFamily family = family(directory.resolve("config.json"), weights.names());

      Map<String, Part> placed = new LinkedHashMap<>();
      parts(family).forEach(part -> placed.put(part.tensor(), part));

      assertThat(placed.keySet()).isEqualTo(new TreeSet<>(weights.names()));
      assertThat(placed.values())
          .allSatisfy(
              part -> {
                assertThat(weights.tensor(part.tensor()).shape()).isEqualTo(part.shape());
                assertThat(part.outputs()).allMatch(range -> range.to() <= outputs(part));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("savedModels")
  void fillsTheDecodersMatrices(Path directory) {
    try (Safetensors weights = Safetensors.open(directory)) {
      ModelFamily family = family(directory.resolve("config.json"), weights.names());
      DecoderConfig config = family.config();
      long hidden = config.hiddenSize();
      long heads = (long) config.heads() * config.headDim();
      long keys = (long) config.kvHeads() * config.headDim();
      LayerWeights layer = family.layer(config.layers() - 1);

      assertThat(size(layer.qkv())).isEqualTo(heads + 2 * keys);
      assertThat(layer.qkv()).allMatch(part -> part.inputs() == hidden);
      assertThat(size(layer.qkvBias())).isIn(0L, heads + 2 * keys);
      assertThat(layer.o().size()).isEqualTo(hidden);
      assertThat(layer.o().inputs()).isEqualTo(heads);
      assertThat(size(layer.up())).isEqualTo((config.gated() ? 2L : 1) * config.intermediateSize());
      assertThat(layer.up()).allMatch(part -> part.inputs() == hidden);
      assertThat(layer.down().size()).isEqualTo(hidden);
      assertThat(layer.down().inputs()).isEqualTo(config.intermediateSize());
      assertThat(config.windows()).hasSize(config.layers());
    }
  }

  /** Parameters as transformers counts them. */
  @ParameterizedTest
  @CsvSource({
    "TinyLlama-1.1B, 1100048384",
    "Llama-3.2-1B, 1235814400",
    "Mistral-7B-v0.1, 7241732096",
    "opt-125m, 125239296",
    "opt-350m, 331196416",
    "opt-2.7b, 2651596800",
    "gpt2, 124439808",
    "Qwen2.5-0.5B, 494032768",
    "pythia-70m, 70426624",
    "falcon-7b, 6921720704",
    "falcon-40b, 41303293952",
    "phi-2, 2779683840"
  })
  void readsPublishedConfigurations(String model, long parameters) {
    ModelFamily family = family(RESOURCES.resolve("published/" + model + ".json"), Set.of());

    Set<Part> distinct = new TreeSet<>((a, b) -> a.tensor().compareTo(b.tensor()));
    distinct.addAll(parts(family));
    assertThat(distinct.stream().mapToLong(ModelFamiliesTest::elements).sum())
        .isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "TinyLlama-1.1B, 64, 64, 4, 0",
    "Llama-3.2-1B, 64, 64, 8, 0",
    "Mistral-7B-v0.1, 128, 128, 8, 4096",
    "opt-350m, 64, 0, 16, 0",
    "opt-2.7b, 80, 0, 32, 0",
    "gpt2, 64, 0, 12, 0",
    "Qwen2.5-0.5B, 64, 64, 2, 0",
    "pythia-70m, 64, 16, 8, 0",
    "falcon-7b, 64, 64, 1, 0",
    "falcon-40b, 64, 64, 8, 0",
    "phi-2, 80, 32, 32, 0"
  })
  void readsTheHeadsOfPublishedConfigurations(
      String model, int width, int rotary, int kvHeads, int window) {
    DecoderConfig config =
        family(RESOURCES.resolve("published/" + model + ".json"), Set.of()).config();

    assertThat(config.headDim()).isEqualTo(width);
    assertThat(config.rotaryDim()).isEqualTo(rotary);
    assertThat(config.kvHeads()).isEqualTo(kvHeads);
    assertThat(config.windows()).containsOnly(window);
  }

  @Test
  void refusesAnotherModelFamily() {
    assertThatThrownBy(() -> TestFamily.of("bloom", ""))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: model_type 'bloom' is not supported; " + SUPPORTED);
  }

  @Test
  void refusesAConfigurationWithoutModelType() {
    assertThatThrownBy(() -> TestFamily.parse("{}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: model_type is missing; " + SUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({"falcon", "gpt2", "gpt_neox", "llama", "mistral", "opt", "phi", "qwen2"})
  void refusesQuantizedWeights(String type) {
    assertThatThrownBy(() -> TestFamily.of(type, "'quantization_config':{'bits':4}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "config.json: quantization_config: quantized weights are not supported; use the model's"
                + " float32, float16 or bfloat16 weights");
  }

  @ParameterizedTest
  @CsvSource({"falcon", "gpt2", "gpt_neox", "llama", "mistral", "opt", "phi", "qwen2"})
  void takesNullForNoSpecialToken(String type) {
    var config = TestFamily.config(type, "'bos_token_id':null,'eos_token_id':null");

    assertThat(config.bosTokenId()).isNull();
    assertThat(config.eosTokenIds()).isEmpty();
  }

  private static ModelFamily family(Path config, Set<String> tensors) {
    return ModelFamilies.of(
        JsonFile.read(config, 1 << 20), GenerationDefaults.none(), Set.copyOf(tensors));
  }

  private static List<Part> parts(ModelFamily family) {
    Stream<Part> layers =
        Stream.iterate(0, layer -> layer + 1)
            .limit(family.config().layers())
            .flatMap(layer -> family.layer(layer).parts().stream());
    return Stream.concat(layers, family.ends().parts().stream()).toList();
  }

  private static long size(List<Part> parts) {
    return parts.stream().mapToLong(Part::size).sum();
  }

  private static long outputs(Part part) {
    return elements(part) / part.inputs();
  }

  private static long elements(Part part) {
    return part.shape().stream().reduce(1L, Math::multiplyExact);
  }
}
