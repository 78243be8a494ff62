package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path directory;

  @Test
  void opensWhatTransformersSaved() {
    try (var model = ModelDirectory.open(GOLDEN.resolve("tiny-llama"))) {
      assertThat(model.name()).isEqualTo("tiny-llama");
      assertThat(model.tokenizer()).exists();
      assertThat(model.family().config().layers()).isEqualTo(4);
      assertThat(model.family().ends().head().tensor()).isEqualTo("lm_head.weight");
      assertThat(model.weights().names()).contains("lm_head.weight");
    }
  }

  @Test
  void readsLlama3RopeScalingAndTheTiedHead() {
    try (var model = ModelDirectory.open(GOLDEN.resolve("tiny-llama3"))) {
      DecoderConfig config = model.family().config();
      assertThat(config.ropeTheta()).isEqualTo(500000);
      assertThat(config.ropeScaling()).isEqualTo(new Llama3RopeScaling(8, 1, 4, 64));
      assertThat(config.headDim()).isEqualTo(16);
      assertThat(model.weights().names()).doesNotContain("lm_head.weight");
      EndWeights ends = model.family().ends();
      assertThat(ends.head()).isEqualTo(ends.embedding());
    }
  }

  @Test
  void readsBiases() {
    try (var model = ModelDirectory.open(GOLDEN.resolve("tiny-llama-f16"))) {
      LayerWeights layer = model.family().layer(1);
      assertThat(layer.qkvBias()).hasSize(3);
      assertThat(layer.downBias()).isEqualTo(Part.vector("model.layers.1.mlp.down_proj.bias", 64));
    }
  }

  @Test
  void readsGenerationDefaultsWhoseEndingsWin() {
    try (var model = ModelDirectory.open(GOLDEN.resolve("tiny-llama3"))) {
      assertThat(model.generationDefaults())
          .isEqualTo(new GenerationDefaults(true, 0.6, 40, 0.9, 1.1, Set.of(1, 2)));
      assertThat(model.family().config().eosTokenIds()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void needsNoGenerationConfig() throws IOException {
    copy("config.json", "tokenizer.json", "model.safetensors");

    try (var model = ModelDirectory.open(directory)) {
      assertThat(model.generationDefaults()).isEqualTo(GenerationDefaults.none());
      assertThat(model.family().config().eosTokenIds()).containsExactly(1);
    }
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    Path missing = directory.resolve("nowhere");

    refused(missing, missing + ": no such directory");
  }

  @Test
  void refusesAFile() throws IOException {
    copy("config.json");
    Path file = directory.resolve("config.json");

    refused(file, file + ": not a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json"})
  void refusesADirectoryWithout(String name) throws IOException {
    copy("config.json", "tokenizer.json", "model.safetensors");
    Files.delete(directory.resolve(name));

    refused(directory, directory + ": no " + name + "; a Hugging Face model directory has one");
  }

  @Test
  void refusesAConfigurationOfMoreThanAMebibyte() throws IOException {
    copy("config.json", "tokenizer.json", "model.safetensors");
    Files.writeString(directory.resolve("config.json"), " ".repeat((1 << 20) + 1));

    refused(directory, "config.json: 1048577 bytes is too large; at most 1048576");
  }

  private static void refused(Path directory, String message) {
    assertThatThrownBy(() -> ModelDirectory.open(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(message);
  }

  private void copy(String... names) throws IOException {
    for (String name : names) {
      Files.copy(GOLDEN.resolve("tiny-llama3").resolve(name), directory.resolve(name));
    }
  }
}
