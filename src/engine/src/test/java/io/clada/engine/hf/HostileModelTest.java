package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model directories made to hurt: each is refused in one line that names the file, at the cost of
 * little memory. {@link SafetensorsTest} has the damaged headers.
 */
class HostileModelTest {
  private static final long LITTLE_MEMORY = 16 << 20;

  @TempDir Path directory;

  @BeforeEach
  void aModel() throws IOException {
    TinyModel.write(directory);
  }

  @Test
  void opensUntilSomethingIsBroken() {
    assertThatCode(() -> ModelDirectory.open(directory).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "4294967296, 4294967296",
    "-1, 18446744073709551615",
    "-9223372036854775808, 9223372036854775808",
    "16777217, 16777217"
  })
  void refusesAHeaderOfImpossibleLength(long length, String shown) throws IOException {
    byte[] file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Files.write(directory.resolve("model.safetensors"), file);

    refused(
        "model.safetensors: not a safetensors file: its first 8 bytes give a header of "
            + shown
            + " bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'vocab_size':5 | 'vocab_size':1000000000 | model.embed_tokens.weight has shape [5, 8], but"
            + " config.json asks for [1000000000, 8]",
        "'hidden_size':8 | 'hidden_size':134217728 | model.embed_tokens.weight has shape [5, 8],"
            + " but config.json asks for [5, 134217728]",
        "'intermediate_size':12 | 'intermediate_size':134217728 |"
            + " model.layers.0.mlp.down_proj.weight has shape [8, 12], but config.json asks for [8,"
            + " 134217728]",
        "'hidden_size':8 | 'hidden_size':8,'head_dim':134217728 |"
            + " model.layers.0.self_attn.o_proj.weight has shape [8, 8], but config.json asks for"
            + " [8, 268435456]",
        "'num_hidden_layers':1 | 'num_hidden_layers':16384 | tensor"
            + " model.layers.1.input_layernorm.weight is missing",
      })
  void refusesSizesThatTheTensorsDoNotHave(String field, String broken, String problem)
      throws IOException {
    config(field, broken);

    refused("model.safetensors: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'num_hidden_layers':1", "'max_position_embeddings':16"})
  void refusesNumbersBeyondAnyModel(String field) throws IOException {
    config(field, field.replaceAll("[0-9]+", "2147483647"));

    assertThat(refusal()).matches("config.json: [a-z_]+ must be at most [0-9]+, not 2147483647");
  }

  @ParameterizedTest
  @CsvSource({"I64, 8", "F64, 8", "U8, 1", "F8_E4M3, 1"})
  void refusesWeightsOfATypeThatIsNotComputedWith(String dtype, int bytes) throws IOException {
    TinyModel.weights(directory.resolve("model.safetensors"), dtype, bytes);

    refused(
        "model.safetensors: model.embed_tokens.weight: dtype "
            + dtype
            + " is not supported for weights; supported: [F16, BF16, F32]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json", "tokenizer.json"})
  void refusesATruncatedFile(String name) throws IOException {
    Files.writeString(directory.resolve(name), "{\"model\":{\"vocab\":{\"a\":");

    assertThat(refusal()).startsWith(name + ": ").contains("nexpected end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json", "tokenizer.json"})
  void refusesAFileNestedTooDeep(String name) throws IOException {
    Files.writeString(directory.resolve(name), "{\"model\":{\"deep\":" + "[".repeat(1_000_000));

    assertThat(refusal())
        .startsWith(name + ": ")
        .contains("nesting depth (1001) exceeds the maximum allowed (1000");
  }

  @Test
  void refusesAHeaderNestedTooDeep() throws IOException {
    String header = "{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}";
    RawSafetensors.write(directory.resolve("model.safetensors"), header, new byte[0]);

    assertThat(refusal())
        .startsWith("model.safetensors: not valid JSON: ")
        .contains("nesting depth");
  }

  @Test
  void refusesNamesMadeToForgeALogWithoutRepeatingThem() throws IOException {
    String name = "a\\n2026-01-01 ERROR all is lost\\u001b[31m\\u202e" + "x".repeat(10_000);
    RawSafetensors.write(
        directory.resolve("model.safetensors"), "{\"" + name + "\":7}", new byte[0]);

    assertThat(refusal())
        .startsWith("model.safetensors: a?2026-01-01 ERROR all is lost?[31m?xxx")
        .hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json"})
  void refusesADirectoryForAFile(String name) throws IOException {
    Files.delete(directory.resolve(name));
    Files.createDirectory(directory.resolve(name));

    refused(directory + ": no " + name + "; a Hugging Face model directory has one");
  }

  @Test
  void refusesADirectoryForWeights() throws IOException {
    Files.delete(directory.resolve("model.safetensors"));
    Files.createDirectory(directory.resolve("model.safetensors"));

    refused("model.safetensors: not a file");
  }

  @Test
  void refusesALinkToItself() throws IOException {
    Files.delete(directory.resolve("model.safetensors"));
    Files.createSymbolicLink(directory.resolve("a.safetensors"), Path.of("a.safetensors"));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"a.safetensors\"}}");

    refused("model.safetensors.index.json: a.safetensors is listed but not there");
  }

  /** As in Hugging Face's own cache, whose files are links out of the model's directory. */
  @Test
  void followsLinksThatWhoeverMadeTheDirectoryPutThere(@TempDir Path blobs) throws IOException {
    for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      Path blob = Files.move(directory.resolve(name), blobs.resolve("blob-of-" + name));
      Files.createSymbolicLink(directory.resolve(name), blob);
    }

    assertThatCode(() -> ModelDirectory.open(directory).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':{'vocab':{'a':0,'b':5}}}",
        "{'added_tokens':[{'id':3}],'model':{'type':'BPE','vocab':{'b':5,'a':0},'merges':[]}}",
        "{'model':{'vocab':[['a',0.0],['b',-1.5],['c',-2],['d',-3],['e',-4],['f',-5]]}}"
      })
  void refusesATokenizerLargerThanTheVocabulary(String tokenizer) throws IOException {
    tokenizer(tokenizer);

    refused(
        "tokenizer.json: holds token 5, but config.json's vocab_size is 5; use the tokenizer that"
            + " was saved with the model");
  }

  @Test
  void refusesATokenOfImpossibleId() throws IOException {
    tokenizer("{'model':{'vocab':{'a':99999999999999999999}}}");

    assertThat(refusal()).startsWith("tokenizer.json: ").contains("99999999999999999999");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':{'vocab':{'a':0,'e':4}},'added_tokens':[{'id':5,'content':'<pad>'}]}",
        "{'model':{'vocab':[['a',0.0],['b',-1.5],['c',-2],['d',-3],['e',-4]]}}",
        "{'model':{'type':'BPE'}}",
        "{}"
      })
  void opensATokenizerWhoseOrdinaryTokensFit(String tokenizer) throws IOException {
    tokenizer(tokenizer);

    assertThatCode(() -> ModelDirectory.open(directory).close()).doesNotThrowAnyException();
  }

  private void config(String field, String broken) throws IOException {
    String json = TinyModel.CONFIG.replace('"', '\'');
    assertThat(json).contains(field);
    String changed = json.replace(field, broken).replace('\'', '"');
    Files.writeString(directory.resolve("config.json"), changed);
  }

  private void tokenizer(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json.replace('\'', '"'));
  }

  private void refused(String message) {
    assertThat(refusal()).isEqualTo(message);
  }

  private String refusal() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    String[] message = new String[1];
    assertThatThrownBy(() -> ModelDirectory.open(directory))
        .isInstanceOf(ModelLoadException.class)
        .satisfies(e -> message[0] = e.getMessage());
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LITTLE_MEMORY);
    assertThat(message[0].lines()).hasSize(1);
    return message[0];
  }
}
