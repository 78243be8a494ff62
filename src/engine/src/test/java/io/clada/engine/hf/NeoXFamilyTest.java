package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.DecoderConfig.Activation;
import io.clada.engine.hf.DecoderConfig.Norm;
import io.clada.engine.hf.DecoderConfig.Positions;
import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeoXFamilyTest {
  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "gpt_neox",
                6144,
                24576,
                44,
                64,
                64,
                96,
                50432,
                2048,
                Norm.LAYER,
                1e-5,
                false,
                Activation.GELU,
                Residual.PARALLEL,
                Positions.ROTARY,
                24,
                10000,
                null,
                Collections.nCopies(44, 0),
                6144,
                true,
                0,
                Set.of(2)));
  }

  @Test
  void isSequentialWhereTheResidualIsNotParallel() {
    assertThat(config("'use_parallel_residual':false").residual()).isEqualTo(Residual.SEQUENTIAL);
  }

  @Test
  void readsTheRotationInBothSpellings() {
    DecoderConfig fields = config("'rotary_pct':0.5,'rotary_emb_base':20000");
    DecoderConfig parameters =
        config("'rope_parameters':{'partial_rotary_factor':0.5,'rope_theta':20000}");

    assertThat(fields.rotaryDim()).isEqualTo(48);
    assertThat(fields.ropeTheta()).isEqualTo(20000);
    assertThat(parameters).isEqualTo(fields);
  }

  @Test
  void takesTheFusedHeadsApart() {
    LayerWeights layer =
        TestFamily.of("gpt_neox", "'hidden_size':16,'num_attention_heads':2").layer(0);

    List<Part.Range> queriesKeysValues =
        List.of(
            new Part.Range(0, 8),
            new Part.Range(24, 32),
            new Part.Range(8, 16),
            new Part.Range(32, 40),
            new Part.Range(16, 24),
            new Part.Range(40, 48));
    assertThat(layer.qkv())
        .singleElement()
        .isEqualTo(
            Part.linear("gpt_neox.layers.0.attention.query_key_value.weight", 48, 16)
                .taking(queriesKeysValues));
    assertThat(layer.qkvBias())
        .singleElement()
        .isEqualTo(
            Part.vector("gpt_neox.layers.0.attention.query_key_value.bias", 48)
                .taking(queriesKeysValues));
  }

  @Test
  void hasItsHeadUnderItsOwnName() {
    assertThat(TestFamily.of("gpt_neox", "").ends().head().tensor()).isEqualTo("embed_out.weight");
  }

  @Test
  void hasNoAttentionBiasWhereItIsOff() {
    LayerWeights layer = TestFamily.of("gpt_neox", "'attention_bias':false").layer(0);

    assertThat(layer.qkvBias()).isEmpty();
    assertThat(layer.oBias()).isNull();
    assertThat(layer.upBias()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'hidden_act':'relu' | hidden_act 'relu' is not supported; supported: gelu, gelu_fast,"
            + " gelu_new",
        "'rotary_pct':1.5 | rotary positions need pairs, but 1.5 of 96 values per head are 144",
        "'rotary_pct':0.01 | rotary positions need pairs, but 0.01 of 96 values per head are 0",
        "'rotary_pct':0.1 | rotary positions need pairs, but 0.1 of 96 values per head are 9",
        "'rotary_pct':0 | rotary_pct must be a positive number, not 0",
        "'hidden_size':100 | hidden_size (100) is not a multiple of num_attention_heads (64)",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("gpt_neox", fields);
  }
}
