package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.hf.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The decoder against Hugging Face transformers: golden files made by
 * src/test/python/make_golden.py. tiny-llama is sharded float32 with a head of its own; tiny-llama3
 * bfloat16, tied, with Llama 3's rope scaling; tiny-llama-f16 float16 with biases.
 */
class GoldenLogitsTest {
  private static final int NEW_TOKENS = 32;
  private static final Draw GREEDY = new Draw(false, 0, 0, 1, 1, 0);
  private static final Map<Path, Decoder> DECODERS = new HashMap<>();

  @AfterAll
  static void close() {
    DECODERS.values().forEach(Decoder::close);
    DECODERS.clear();
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama, 1", "tiny-llama, 7", "tiny-llama, 60",
    "tiny-llama3, 1", "tiny-llama3, 7", "tiny-llama3, 60",
    "tiny-llama-f16, 1", "tiny-llama-f16, 7", "tiny-llama-f16, 60"
  })
  void logitsAgreeToOneInTenThousand(String model, int tokens) {
    Golden golden = new Golden(model, tokens);
    Decoder decoder = golden.decoder();
    try (Sequence sequence = decoder.sequence(golden.prompt(), tokens)) {
      float[][] logits = decoder.logits(sequence, tokens);
      FloatBuffer expected = golden.floats("logits." + tokens);
      double largest = 0;
      double error = 0;
      for (float[] row : logits) {
        for (float logit : row) {
          float reference = expected.get();
          largest = Math.max(largest, Math.abs(reference));
          error = Math.max(error, Math.abs(logit - reference));
        }
      }
      assertThat(expected.hasRemaining()).isFalse();
      assertThat(error / largest).isLessThan(1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama, 1, 1", "tiny-llama, 7, 1", "tiny-llama, 60, 1", "tiny-llama, 7, 1.3",
    "tiny-llama3, 1, 1", "tiny-llama3, 7, 1", "tiny-llama3, 60, 1", "tiny-llama3, 60, 1.3",
    "tiny-llama-f16, 1, 1", "tiny-llama-f16, 7, 1", "tiny-llama-f16, 60, 1",
        "tiny-llama-f16, 1, 1.3"
  })
  void greedyTokensAreEqual(String model, int tokens, double repetitionPenalty) {
    Golden golden = new Golden(model, tokens);
    Draw draw = new Draw(false, 0, 0, 1, repetitionPenalty, 0);
    Keep dense = Keep.dense(golden.layers());
    assertThat(generate(golden.decoder(), golden.prompt(), dense, draw))
        .isEqualTo(golden.tokens((repetitionPenalty == 1 ? "greedy." : "rep.") + tokens));
  }

  /** Threshold 0 keeps every input, through the rows that the sparse product picks. */
  @ParameterizedTest
  @CsvSource({"tiny-llama", "tiny-llama3", "tiny-llama-f16"})
  void theSparsePathThatKeepsEverythingIsDense(String model) {
    Golden golden = new Golden(model, 7);
    long[] floors = new long[golden.layers() * Site.COUNT];
    Arrays.fill(floors, 4);
    Keep everything = new Keep(new double[floors.length], floors);
    assertThat(generate(golden.decoder(), golden.prompt(), everything, GREEDY))
        .isEqualTo(golden.tokens("greedy.7"));
  }

  @ParameterizedTest
  @CsvSource({"tiny-llama", "tiny-llama3", "tiny-llama-f16"})
  void aPrefillInChunksIsAPrefill(String model) {
    Golden golden = new Golden(model, 60);
    Decoder decoder = golden.decoder();
    Keep dense = Keep.dense(golden.layers());
    try (Sequence sequence = decoder.sequence(golden.prompt(), 61)) {
      decoder.fill(sequence, 0, 25, false);
      decoder.fill(sequence, 25, 1, false);
      Step step = decoder.run(decoder.weights(), sequence, 26, 34, dense, false, GREEDY);
      assertThat(step.token()).isEqualTo(golden.tokens("greedy.60").get(0));
    }
  }

  @ParameterizedTest
  @CsvSource({"4", "17", "40"})
  void theFloorHoldsHoweverHighTheThreshold(int floor) {
    Golden golden = new Golden("tiny-llama", 7);
    Decoder decoder = golden.decoder();
    double[] thresholds = new double[golden.layers() * Site.COUNT];
    long[] floors = new long[thresholds.length];
    Arrays.fill(thresholds, Double.MAX_VALUE);
    Arrays.fill(floors, floor);
    try (Sequence sequence = decoder.sequence(golden.prompt(), 8)) {
      Step dense =
          decoder.run(
              decoder.weights(), sequence, 0, 7, Keep.dense(golden.layers()), false, GREEDY);
      Step sparse =
          decoder.run(
              decoder.weights(), sequence, 7, 1, new Keep(thresholds, floors), false, GREEDY);
      assertThat(Arrays.stream(dense.used()).mapToLong(Math::round))
          .containsExactly(Arrays.stream(decoder.weights().inputs()).boxed().toArray(Long[]::new));
      assertThat(sparse.used()).containsOnly(floor);
    }
  }

  /** With the prompt's own neurons all kept, the compact weights are the whole ones. */
  @ParameterizedTest
  @CsvSource({"tiny-llama", "tiny-llama3", "tiny-llama-f16"})
  void compactWeightsOfEveryNeuronAreTheWholeOnes(String model) {
    Golden golden = new Golden(model, 7);
    Decoder decoder = golden.decoder();
    int neurons = (int) decoder.weights().inputs()[3];
    int[][] all = new int[golden.layers()][];
    Arrays.setAll(all, layer -> IntStream.range(0, neurons).toArray());
    try (Weights compact = decoder.compact(all);
        Sequence sequence = decoder.sequence(golden.prompt(), 8)) {
      Step step = decoder.run(compact, sequence, 0, 7, Keep.dense(golden.layers()), false, GREEDY);
      assertThat(step.token()).isEqualTo(golden.tokens("greedy.7").get(0));
      assertThat(compact.all()).isEqualTo(decoder.weights().all());
    }
  }

  private static List<Integer> generate(Decoder decoder, int[] prompt, Keep keep, Draw draw) {
    List<Integer> tokens = new ArrayList<>();
    try (Sequence sequence = decoder.sequence(prompt, prompt.length + NEW_TOKENS)) {
      int start = 0;
      int count = prompt.length;
      while (tokens.size() < NEW_TOKENS) {
        Step step =
            decoder.run(
                decoder.weights(),
                sequence,
                start,
                count,
                count > 1 ? Keep.dense(keep.floors().length / 4) : keep,
                false,
                draw);
        tokens.add(step.token());
        start += count;
        count = 1;
      }
    }
    return tokens;
  }

  private static final class Golden {
    private final Path directory;
    private final int tokens;

    Golden(String model, int tokens) {
      directory = Path.of("src/test/resources/golden", model);
      this.tokens = tokens;
    }

    Decoder decoder() {
      return DECODERS.computeIfAbsent(
          directory,
          path -> {
            try (ModelDirectory model = ModelDirectory.open(path)) {
              return Decoder.load(model.config(), model.weights(), new double[] {0.5});
            }
          });
    }

    int layers() {
      try (ModelDirectory model = ModelDirectory.open(directory)) {
        return model.config().layers();
      }
    }

    int[] prompt() {
      return tokens("prompt." + tokens).stream().mapToInt(Integer::intValue).toArray();
    }

    List<Integer> tokens(String name) {
      LongBuffer longs = bytes(name).asLongBuffer();
      List<Integer> result = new ArrayList<>();
      while (longs.hasRemaining()) {
        result.add((int) longs.get());
      }
      return result;
    }

    FloatBuffer floats(String name) {
      return bytes(name).asFloatBuffer();
    }

    private ByteBuffer bytes(String name) {
      try (Safetensors file = Safetensors.openFile(directory.resolve("golden.safetensors"))) {
        ByteBuffer mapped = file.bytes(name);
        return ByteBuffer.allocate(mapped.remaining())
            .put(mapped)
            .flip()
            .order(ByteOrder.LITTLE_ENDIAN);
      }
    }
  }
}
