package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String HEADER =
      """
      {"__metadata__":{"format":"pt"},
       "b":{"dtype":"F32","shape":[3],"data_offsets":[16,28]},
       "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";
  private static final byte[] DATA = RawSafetensors.floats(1, 2, 3, 4, 5, 6, 7);

  @TempDir Path directory;

  @Test
  void readsTensorsInTheOrderOfTheirOffsets() throws IOException {
    RawSafetensors.write(directory.resolve("model.safetensors"), HEADER, DATA);

    try (var weights = Safetensors.open(directory)) {
      assertThat(weights.names()).containsExactly("a", "b");
      assertThat(weights.tensor("a")).isEqualTo(new Tensor("a", Dtype.F32, List.of(2L, 2L)));
      assertThat(floats(weights.bytes("a"))).containsExactly(1, 2, 3, 4);
      assertThat(floats(weights.bytes("b"))).containsExactly(5, 6, 7);
    }
  }

  @Test
  void readsRowsIntoTheCallersBuffer() throws IOException {
    RawSafetensors.write(directory.resolve("model.safetensors"), HEADER, DATA);

    try (var weights = Safetensors.open(directory)) {
      assertThat(floats(rows(weights, "a", 1, 2))).containsExactly(3, 4);
      assertThat(floats(rows(weights, "b", 0, 2))).containsExactly(5, 6);
      assertThat(rows(weights, "a", 2, 2).remaining()).isZero();
      assertThatThrownBy(() -> rows(weights, "a", 1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("rows 1 to 3 of a, which has 2");
    }
  }

  @Test
  void aFileThatIsCutShortWhileItIsOpenIsAnErrorAndNoCrash() throws IOException {
    Path file = directory.resolve("model.safetensors");
    RawSafetensors.write(file, HEADER, DATA);

    try (var weights = Safetensors.open(directory)) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(Files.size(file) - 1);
      }
      assertThatThrownBy(() -> weights.bytes("b"))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageStartingWith("model.safetensors: cannot be read: ");
    }
  }

  @Test
  void readsWhatTransformersWroteInTwoShards() throws IOException {
    try (var weights = Safetensors.open(GOLDEN.resolve("tiny-llama"))) {
      assertThat(weights.names()).hasSize(4 * 9 + 3);
      weights.tensor("lm_head.weight", List.of(384L, 64L));
      weights.tensor("model.layers.3.self_attn.k_proj.weight", List.of(32L, 64L));
      float[] head = floats(weights.bytes("lm_head.weight"));
      // initializer_range of the script that made it
      assertThat(rootMeanSquare(head)).isBetween(0.195, 0.205);
      assertThat(floats(rows(weights, "lm_head.weight", 5, 7)))
          .isEqualTo(Arrays.copyOfRange(head, 5 * 64, 7 * 64));
    }
  }

  @Test
  void readsGoldenTokenIds() {
    try (var golden = Safetensors.openFile(GOLDEN.resolve("tiny-llama/golden.safetensors"))) {
      assertThat(golden.tensor("prompt.7", List.of(7L)).dtype()).isEqualTo(Dtype.I64);
      assertThat(golden.bytes("prompt.1").asLongBuffer().get(0)).isZero();
      assertThat(golden.tensor("logits.60").shape()).containsExactly(60L, 384L);
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-llama3,BF16", "tiny-llama-f16,F16"})
  void readsHalfPrecision(String model, Dtype dtype) {
    try (var weights = Safetensors.open(GOLDEN.resolve(model))) {
      assertThat(weights.names())
          .allSatisfy(name -> assertThat(weights.tensor(name).dtype()).isEqualTo(dtype));
      assertThat(weights.bytes("model.norm.weight").remaining()).isEqualTo(64 * 2);
    }
  }

  /** GPT-2's and GPT-NeoX's checkpoints carry their causal masks. */
  @Test
  void readsPastMasksBesideTheWeights() throws IOException {
    RawSafetensors.write(
        directory.resolve("model.safetensors"),
        """
        {"mask":{"dtype":"BOOL","shape":[1,1,2,2],"data_offsets":[0,4]},
         "weight":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        new byte[8]);

    try (var weights = Safetensors.open(directory)) {
      assertThat(weights.tensor("mask").dtype()).isEqualTo(Dtype.BOOL);
      assertThat(floats(weights.bytes("weight"))).containsExactly(0);
    }
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = RawSafetensors.bytes(HEADER, DATA);
    Path file = directory.resolve("model.safetensors");

    for (int length : IntStream.range(0, whole.length).toArray()) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(ModelLoadException.class)
          .isThrownBy(() -> Safetensors.open(directory))
          .withMessageStartingWith("model.safetensors: truncated: ")
          .satisfies(SafetensorsTest::isOneLine);
    }
  }

  @Test
  void saysHowMuchOfTheFileIsThere() throws IOException {
    byte[] whole = RawSafetensors.bytes(HEADER, DATA);
    Files.write(directory.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length - 1));

    refused(
        "model.safetensors: truncated: it has %d of at least %d bytes; copy it again"
            .formatted(whole.length - 1, whole.length));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[7],'data_offsets':[0,24]}} | a has 24 bytes, but [7] of F32"
            + " takes 28",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | 16 bytes too long: the file is"
            + " damaged",
        "{'a':{'dtype':'F32','shape':[6],'data_offsets':[4,28]}} | a lies at bytes 4 to 28 of the"
            + " data instead of from 0 on: the file is damaged",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]},"
            + "'b':{'dtype':'F32','shape':[4],'data_offsets':[12,28]}} | b lies at bytes 12 to 28"
            + " of the data instead of from 16 on: the file is damaged",
        "{'a':{'dtype':'F32','shape':[-7],'data_offsets':[0,28]}} | a has a shape or data_offsets"
            + " with -7",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,28]}} | a has the"
            + " impossible shape [4611686018427387904, 4]",
        "{'a':{'dtype':'F32','shape':[7]}} | a has no shape or no data_offsets",
        "{'a':{'dtype':'F32','shape':[7],'data_offsets':[28]}} | a has no data_offsets of begin"
            + " and end",
        "{'a':{'dtype':'F4','shape':[56],'data_offsets':[0,28]}} | a has dtype 'F4', which is not"
            + " known; save the model in float32, float16 or bfloat16",
        "{'a':7} | a has dtype '', which is not known; save the model in float32, float16 or"
            + " bfloat16",
        "{'a':{'dtype':'F32','shape':[0,4611686018427387904,4],'data_offsets':[0,28]}} | a has the"
            + " impossible shape [0, 4611686018427387904, 4]",
        "{'a':{'dtype':'F32','shape':[7.0],'data_offsets':[0,28]}} | a has a shape or data_offsets"
            + " with 7.0",
        "{'a':{'dtype':'F32','shape':[7],'data_offsets':[28,0]}} | a has -28 bytes, but [7] of F32"
            + " takes 28",
        "{'a':{'dtype':'F32','shape':[7],'data_offsets':[0,28]}}{} | not valid JSON at line 1,"
            + " column 56: Trailing token (of type START_OBJECT) found after value (bound as"
            + " `com.fasterxml.jackson.databind.JsonNode`): not allowed as per"
            + " `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`",
        "[] | not a JSON object",
      })
  void refusesAHeaderThatDoesNotFit(String header, String problem) throws IOException {
    RawSafetensors.write(directory.resolve("model.safetensors"), header.replace('\'', '"'), DATA);

    refused("model.safetensors: " + problem);
  }

  @Test
  void refusesATensorDeclaredTwice() throws IOException {
    String a = "\"a\":{\"dtype\":\"F32\",\"shape\":[7],\"data_offsets\":[0,28]}";
    RawSafetensors.write(directory.resolve("model.safetensors"), "{" + a + "," + a + "}", DATA);

    refused("model.safetensors: not valid JSON at line 1, column 59: Duplicate field 'a'");
  }

  @Test
  void refusesWhatIsNotSafetensors() throws IOException {
    Files.write(
        directory.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith(
            "model.safetensors: not a safetensors file: its first 8 bytes give a header of ");
  }

  @Test
  void refusesPickledWeightsAndNamesTheConversion() throws IOException {
    Files.createFile(directory.resolve("pytorch_model.bin"));

    refused(
        directory
            + ": only pickled weights (pytorch_model.bin), which can run code when loaded; convert"
            + " them where you trust them, with transformers' save_pretrained(...,"
            + " safe_serialization=True)");
  }

  @Test
  void refusesADirectoryWithoutWeights() {
    refused(directory + ": no model.safetensors and no model.safetensors.index.json");
  }

  @Test
  void namesAMissingTensor() throws IOException {
    RawSafetensors.write(directory.resolve("model.safetensors"), HEADER, DATA);

    try (var weights = Safetensors.open(directory)) {
      assertThatThrownBy(() -> weights.bytes("lm_head.weight"))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage("model.safetensors: tensor lm_head.weight is missing");
    }
  }

  @Test
  void namesATensorOfAnotherShape() throws IOException {
    RawSafetensors.write(directory.resolve("model.safetensors"), HEADER, DATA);

    try (var weights = Safetensors.open(directory)) {
      assertThatThrownBy(() -> weights.tensor("a", List.of(4L)))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage("model.safetensors: a has shape [2, 2], but config.json asks for [4]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.safetensors",
        "/etc/x.safetensors",
        "a/b.safetensors",
        "a\\\\b.safetensors",
        "..",
        "",
        ".safetensors",
        "model.bin",
        "C:x.safetensors"
      })
  void refusesAnIndexThatLeadsOutOfTheDirectory(String shard) throws IOException {
    writeIndex("{\"weight_map\":{\"a\":\"" + shard + "\"}}");

    refused(
        "model.safetensors.index.json: '%s' is not the plain name of a .safetensors file"
            .formatted(shard.replace("\\\\", "\\")));
  }

  @Test
  void refusesAnIndexWithoutEntries() throws IOException {
    writeIndex("{\"weight_map\":{}}");

    refused("model.safetensors.index.json: weight_map is missing or empty");
  }

  @Test
  void refusesAnIndexOfAShardThatIsMissing() throws IOException {
    writeIndex("{\"weight_map\":{\"a\":\"one.safetensors\"}}");

    refused("model.safetensors.index.json: one.safetensors is listed but not there");
  }

  @Test
  void refusesAnIndexOfATensorThatIsMissing() throws IOException {
    RawSafetensors.write(directory.resolve("one.safetensors"), HEADER, DATA);
    writeIndex("{\"weight_map\":{\"a\":\"one.safetensors\",\"c\":\"one.safetensors\"}}");

    refused("model.safetensors.index.json: c is listed in one.safetensors but not there");
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    RawSafetensors.write(directory.resolve("one.safetensors"), HEADER, DATA);
    RawSafetensors.write(directory.resolve("two.safetensors"), HEADER, DATA);
    writeIndex("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");

    refused("two.safetensors: a is in one.safetensors as well");
  }

  @Test
  void readsATensorOfMoreThanTwoGibibytesByRows() throws IOException {
    long rows = 3L << 20;
    String header =
        "{\"big\":{\"dtype\":\"F32\",\"shape\":[%d,256],\"data_offsets\":[0,%d]}}"
            .formatted(rows, rows * 1024);
    Path file = RawSafetensors.write(directory.resolve("model.safetensors"), header, new byte[0]);
    // A sparse file: only its last row takes room on the disk.
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.position(8 + header.length() + rows * 1024 - 4);
      channel.write(ByteBuffer.wrap(RawSafetensors.floats(42)));
    }

    try (var weights = Safetensors.open(directory)) {
      assertThat(floats(rows(weights, "big", rows - 1, rows))).hasSize(256).endsWith(42);
      assertThatThrownBy(() -> weights.bytes("big"))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageEndingWith("are more than one buffer holds; take its rows in blocks");
    }
  }

  private void writeIndex(String json) throws IOException {
    Files.writeString(directory.resolve("model.safetensors.index.json"), json);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> Safetensors.open(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(message);
  }

  private static void isOneLine(Throwable e) {
    assertThat(e.getMessage().lines()).hasSize(1);
  }

  private static ByteBuffer rows(Safetensors weights, String name, long from, long to) {
    ByteBuffer into = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    weights.read(name, from, to, into);
    return into;
  }

  private static float[] floats(ByteBuffer buffer) {
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  private static double rootMeanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
