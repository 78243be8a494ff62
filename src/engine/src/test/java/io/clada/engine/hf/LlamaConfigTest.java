package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaConfigTest {
  private static final String LLAMA3 =
      "'rope_type':'llama3','factor':8.0,'low_freq_factor':1.0,'high_freq_factor':4.0,"
          + "'original_max_position_embeddings':8192";

  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new LlamaConfig(
                4096, 11008, 32, 32, 32, 128, 32000, 2048, 1e-6, 10000, null, false, false, false,
                1, Set.of(2)));
  }

  @Test
  void takesNullForAbsentWhereTransformersDoes() {
    assertThat(
            config(
                "'num_key_value_heads':null,'head_dim':null,'rope_scaling':null,"
                    + "'rope_parameters':null,'quantization_config':null"))
        .isEqualTo(config(""));
  }

  @Test
  void takesNullForNoSpecialToken() {
    var config = config("'bos_token_id':null,'eos_token_id':null");

    assertThat(config.bosTokenId()).isNull();
    assertThat(config.eosTokenIds()).isEmpty();
  }

  @Test
  void derivesTheHeadWidthUnlessItIsGiven() {
    assertThat(config("'hidden_size':64,'num_attention_heads':8").headDim()).isEqualTo(8);
    assertThat(config("'hidden_size':64,'num_attention_heads':8,'head_dim':32").headDim())
        .isEqualTo(32);
  }

  @Test
  void readsRopeScalingInItsOlderSpelling() {
    var config = config("'rope_theta':500000.0,'rope_scaling':{" + LLAMA3 + "}");

    assertThat(config.ropeTheta()).isEqualTo(500000);
    assertThat(config.ropeScaling()).isEqualTo(new Llama3RopeScaling(8, 1, 4, 8192));
  }

  @Test
  void readsRopeScalingInItsOldestSpelling() {
    var config = config("'rope_scaling':{" + LLAMA3.replace("rope_type", "type") + "}");

    assertThat(config.ropeScaling()).isEqualTo(new Llama3RopeScaling(8, 1, 4, 8192));
  }

  @Test
  void readsRopeParameters() {
    var config = config("'rope_parameters':{'rope_theta':500000.0," + LLAMA3 + "}");

    assertThat(config.ropeTheta()).isEqualTo(500000);
    assertThat(config.ropeScaling()).isEqualTo(new Llama3RopeScaling(8, 1, 4, 8192));
  }

  @Test
  void takesTheDefaultRopeTypeForNoScaling() {
    var config = config("'rope_parameters':{'rope_theta':20000,'rope_type':'default'}");

    assertThat(config.ropeTheta()).isEqualTo(20000);
    assertThat(config.ropeScaling()).isNull();
  }

  @Test
  void readsOneEndingOrSeveral() {
    assertThat(config("'eos_token_id':7").eosTokenIds()).containsExactly(7);
    assertThat(config("'eos_token_id':[7,9]").eosTokenIds()).containsExactlyInAnyOrder(7, 9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'hidden_act':'gelu' | hidden_act 'gelu' is not supported; supported: silu",
        "'hidden_size':0 | hidden_size must be a whole number from 1, not 0",
        "'hidden_size':-64 | hidden_size must be a whole number from 1, not -64",
        "'hidden_size':64.5 | hidden_size must be a whole number from 1, not 64.5",
        "'hidden_size':'64' | hidden_size must be a whole number from 1, not \"64\"",
        "'vocab_size':99999999999 | vocab_size must be a whole number from 1, not 99999999999",
        "'rms_norm_eps':0 | rms_norm_eps must be a positive number, not 0",
        "'rope_theta':'x' | rope_theta must be a number, not \"x\"",
        "'tie_word_embeddings':1 | tie_word_embeddings must be true or false, not 1",
        "'eos_token_id':[1,-1] | eos_token_id must be a token id or a list of them, not [1,-1]",
        "'num_key_value_heads':5 | num_attention_heads (32) is not a multiple of"
            + " num_key_value_heads (5)",
        "'hidden_size':100 | hidden_size (100) is not a multiple of num_attention_heads (32) and"
            + " there is no head_dim",
        "'head_dim':7 | head_dim (7) is odd; rotary positions need pairs",
        "'partial_rotary_factor':0.5 | partial_rotary_factor 0.5 is not supported; supported: 1.0",
        "'rope_scaling':{'type':'linear','factor':2} | rope_scaling: type 'linear' is not"
            + " supported; supported: default, llama3",
        "'rope_scaling':{'rope_type':'yarn','factor':2} | rope_scaling: rope_type 'yarn' is not"
            + " supported; supported: default, llama3",
        "'rope_parameters':{'rope_type':'longrope'} | rope_parameters: rope_type 'longrope' is not"
            + " supported; supported: default, llama3",
        "'rope_scaling':{'rope_type':'llama3','factor':8} | rope_scaling:"
            + " original_max_position_embeddings is missing",
        "'rope_scaling':7 | rope_scaling must be an object, not 7",
        "'quantization_config':{'quant_method':'gptq'} | quantization_config: quantized weights"
            + " are not supported; use the model's float32, float16 or bfloat16 weights",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  @Test
  void refusesAnotherModelFamily() {
    assertThatThrownBy(() -> parse("{'model_type':'bloom'}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: model_type 'bloom' is not supported; supported: llama");
  }

  @Test
  void refusesAConfigurationWithoutModelType() {
    assertThatThrownBy(() -> parse("{}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: model_type is missing; supported: llama");
  }

  @Test
  void refusesWhatIsNotJsonInOneLine() {
    assertThatThrownBy(() -> parse("{'model_type':\n oops"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("config.json: not valid JSON at line 2, column ")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static LlamaConfig config(String fields) {
    return parse("{'model_type':'llama'" + (fields.isEmpty() ? "" : ",") + fields + "}");
  }

  private static LlamaConfig parse(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return LlamaConfig.of(JsonFile.parse("config.json", bytes), GenerationDefaults.none());
  }
}
