package io.clada.engine.decoder;

import io.clada.engine.LoadProgress;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.hf.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small model that transformers made, and what it computed with it: golden files made by
 * src/test/python/make_golden.py.
 */
record Golden(String model) {
  private static final Path MODELS = Path.of("src/test/resources/golden");
  private static final double[] RATIOS = {0.5};

  /** A prompt of one of the models. */
  record Prompt(Golden golden, int length) {
    int[] ids() {
      return golden.tokens("prompt." + length);
    }

    /** Raw logits, {@code [length * vocabulary]}. */
    FloatBuffer logits() {
      return golden.bytes("logits." + length).asFloatBuffer();
    }

    /** The likeliest continuation. */
    int[] greedy() {
      return golden.tokens("greedy." + length);
    }

    /** The likeliest continuation under a repetition penalty of 1.3. */
    int[] unrepeated() {
      return golden.tokens("rep." + length);
    }

    @Override
    public String toString() {
      return golden.model + " after " + length;
    }
  }

  static List<Golden> all() throws IOException {
    try (Stream<Path> directories = Files.list(MODELS)) {
      return directories
          .map(path -> path.getFileName().toString())
          .sorted()
          .map(Golden::new)
          .toList();
    }
  }

  Decoder decoder(Precision precision) {
    try (ModelDirectory directory = ModelDirectory.open(path())) {
      return Decoder.load(
          directory.family(), directory.weights(), "cpu", precision, RATIOS, LoadProgress.NONE);
    }
  }

  /** Shortest first. */
  List<Prompt> prompts() {
    try (Safetensors file = Safetensors.openFile(path().resolve("golden.safetensors"))) {
      return file.names().stream()
          .filter(name -> name.startsWith("prompt."))
          .map(name -> Integer.parseInt(name.substring("prompt.".length())))
          .sorted()
          .map(length -> new Prompt(this, length))
          .toList();
    }
  }

  @Override
  public String toString() {
    return model;
  }

  Path path() {
    return MODELS.resolve(model);
  }

  private int[] tokens(String name) {
    LongBuffer longs = bytes(name).asLongBuffer();
    int[] tokens = new int[longs.remaining()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) longs.get(i);
    }
    return tokens;
  }

  private ByteBuffer bytes(String name) {
    try (Safetensors file = Safetensors.openFile(path().resolve("golden.safetensors"))) {
      return file.bytes(name).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
