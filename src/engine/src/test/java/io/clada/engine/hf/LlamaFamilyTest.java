package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.DecoderConfig.Activation;
import io.clada.engine.hf.DecoderConfig.Norm;
import io.clada.engine.hf.DecoderConfig.Positions;
import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaFamilyTest {
  private static final String LLAMA3 =
      "'rope_type':'llama3','factor':8.0,'low_freq_factor':1.0,'high_freq_factor':4.0,"
          + "'original_max_position_embeddings':8192";

  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "llama",
                4096,
                11008,
                32,
                32,
                32,
                128,
                32000,
                2048,
                Norm.RMS,
                1e-6,
                true,
                Activation.SILU,
                Residual.SEQUENTIAL,
                Positions.ROTARY,
                128,
                10000,
                null,
                Collections.nCopies(32, 0),
                4096,
                true,
                1,
                Set.of(2)));
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
        "'num_hidden_layers':2147483647 | num_hidden_layers must be at most 16384, not 2147483647",
        "'num_attention_heads':2147483647 | num_attention_heads must be at most 16384, not"
            + " 2147483647",
        "'max_position_embeddings':2147483647 | max_position_embeddings must be at most 1048576,"
            + " not 2147483647",
        "'hidden_size':2147483647 | hidden_size must be at most 134217728, not 2147483647",
        "'vocab_size':99999999999 | vocab_size must be a whole number from 1, not 99999999999",
        "'rms_norm_eps':0 | rms_norm_eps must be a positive number, not 0",
        "'rope_theta':'x' | rope_theta must be a number, not \"x\"",
        "'tie_word_embeddings':1 | tie_word_embeddings must be true or false, not 1",
        "'eos_token_id':[1,-1] | eos_token_id must be a token id or a list of them, not [1,-1]",
        "'num_key_value_heads':5 | num_attention_heads (32) is not a multiple of"
            + " num_key_value_heads (5)",
        "'hidden_size':100 | hidden_size (100) is not a multiple of num_attention_heads (32) and"
            + " there is no head_dim",
        "'head_dim':7 | rotary positions need pairs, but 1.0 of 7 values per head are 7",
        "'partial_rotary_factor':0.5 | partial_rotary_factor 0.5 is not supported; supported: 1.0",
        "'rope_parameters':{'partial_rotary_factor':0.5} | partial_rotary_factor 0.5 is not"
            + " supported; supported: 1.0",
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
  void hasItsOwnHeadUnlessTied() {
    assertThat(TestFamily.of("llama", "").ends().head().tensor()).isEqualTo("lm_head.weight");
    EndWeights tied = TestFamily.of("llama", "'tie_word_embeddings':true").ends();
    assertThat(tied.head()).isEqualTo(tied.embedding());
  }

  @Test
  void hasBiasesWhereTheConfigurationSaysSo() {
    LayerWeights plain = TestFamily.of("llama", "").layer(0);
    LayerWeights attention = TestFamily.of("llama", "'attention_bias':true").layer(0);
    LayerWeights mlp = TestFamily.of("llama", "'mlp_bias':true").layer(0);

    assertThat(plain.qkvBias()).isEmpty();
    assertThat(plain.oBias()).isNull();
    assertThat(plain.upBias()).isEmpty();
    assertThat(plain.downBias()).isNull();
    assertThat(attention.qkvBias()).hasSize(3);
    assertThat(attention.oBias()).isNotNull();
    assertThat(attention.upBias()).isEmpty();
    assertThat(mlp.qkvBias()).isEmpty();
    assertThat(mlp.upBias()).hasSize(2);
    assertThat(mlp.downBias()).isNotNull();
  }

  @Test
  void laysQueriesKeysAndValuesSideBySideAndTheGateBeforeTheRest() {
    LayerWeights layer =
        TestFamily.of(
                "llama",
                "'hidden_size':64,'num_attention_heads':8,'num_key_value_heads':2,"
                    + "'intermediate_size':96")
            .layer(1);

    assertThat(layer.qkv())
        .containsExactly(
            Part.linear("model.layers.1.self_attn.q_proj.weight", 64, 64),
            Part.linear("model.layers.1.self_attn.k_proj.weight", 16, 64),
            Part.linear("model.layers.1.self_attn.v_proj.weight", 16, 64));
    assertThat(layer.up())
        .containsExactly(
            Part.linear("model.layers.1.mlp.gate_proj.weight", 96, 64),
            Part.linear("model.layers.1.mlp.up_proj.weight", 96, 64));
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("llama", fields);
  }
}
