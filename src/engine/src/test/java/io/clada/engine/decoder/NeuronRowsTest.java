package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.hf.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sets of neurons read from the model's files. */
class NeuronRowsTest {
  @TempDir private Path folder;

  @Test
  void aNeuronIsARowOfGateAndOneOfUp() {
    try (ModelDirectory model = ModelDirectory.open(new Golden("tiny-llama").path());
        Torch torch = Torch.open("cpu");
        NeuronRows rows = NeuronRows.of(torch, model.family(), model.weights());
        NDArray read = rows.read(1, new int[] {5, 2})) {
      List<Part> up = model.family().layer(1).up();

      assertThat(read.getShape().getShape()).containsExactly(4, up.get(0).inputs());
      assertThat(read.get(0).toFloatArray()).isEqualTo(row(model, up.get(0), 5));
      assertThat(read.get(1).toFloatArray()).isEqualTo(row(model, up.get(0), 2));
      assertThat(read.get(2).toFloatArray()).isEqualTo(row(model, up.get(1), 5));
      assertThat(read.get(3).toFloatArray()).isEqualTo(row(model, up.get(1), 2));
    }
  }

  /** As GPT-2 has it, and nobody else. */
  @Test
  void whereAFileHasInputsForRowsThereAreNone() throws IOException {
    try (Torch torch = Torch.open("cpu")) {
      for (Golden golden : Golden.all()) {
        try (ModelDirectory model = ModelDirectory.open(golden.path());
            NeuronRows rows = NeuronRows.of(torch, model.family(), model.weights())) {
          assertThat(rows == null).as(golden.model()).isEqualTo(golden.model().equals("tiny-gpt2"));
        }
      }
    }
  }

  @Test
  void aFileThatWasWrittenToIsReadNoMore() throws IOException {
    copy(new Golden("tiny-qwen2").path());
    try (ModelDirectory model = ModelDirectory.open(folder);
        Torch torch = Torch.open("cpu");
        NeuronRows rows = NeuronRows.of(torch, model.family(), model.weights())) {
      try (NDArray read = rows.read(0, new int[] {0})) {
        assertThat(read).isNotNull();
      }

      Files.write(folder.resolve("model.safetensors"), new byte[] {1}, StandardOpenOption.APPEND);

      assertThat(rows.read(0, new int[] {0})).isNull();
    }
  }

  @Test
  void aFileThatWasReplacedBeforeIsNotRead() throws IOException {
    copy(new Golden("tiny-qwen2").path());
    try (ModelDirectory model = ModelDirectory.open(folder);
        Torch torch = Torch.open("cpu")) {
      Path weights = folder.resolve("model.safetensors");
      Path other = Files.copy(weights, folder.resolve("other"));
      Files.delete(weights);
      Files.move(other, weights);

      assertThat(NeuronRows.of(torch, model.family(), model.weights())).isNull();
    }
  }

  private void copy(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, folder.resolve(file.getFileName()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static float[] row(ModelDirectory model, Part part, int neuron) {
    float[] row = new float[(int) part.inputs()];
    model.weights().bytes(part.tensor()).asFloatBuffer().position(neuron * row.length).get(row);
    return row;
  }
}
