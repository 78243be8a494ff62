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

class PhiFamilyTest {
  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "phi",
                2048,
                8192,
                24,
                32,
                32,
                64,
                51200,
                2048,
                Norm.LAYER,
                1e-5,
                false,
                Activation.GELU_TANH,
                Residual.PARALLEL,
                Positions.ROTARY,
                32,
                10000,
                null,
                Collections.nCopies(24, 0),
                2048,
                true,
                1,
                Set.of(2)));
  }

  @Test
  void hasOneNormAndBiasesEverywhere() {
    ModelFamily family = TestFamily.of("phi", "");
    LayerWeights layer = family.layer(0);

    assertThat(layer.norm2Weight()).isNull();
    assertThat(layer.qkvBias()).hasSize(3);
    assertThat(layer.oBias()).isNotNull();
    assertThat(layer.upBias()).hasSize(1);
    assertThat(layer.downBias()).isNotNull();
    assertThat(family.ends().headBias()).isEqualTo(Part.vector("lm_head.bias", 51200));
  }

  @Test
  void keepsTheHeadsBiasWhereTheMatrixIsTied() {
    EndWeights ends = TestFamily.of("phi", "'tie_word_embeddings':true").ends();

    assertThat(ends.head()).isEqualTo(ends.embedding());
    assertThat(ends.headBias()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'qk_layernorm':true | qk_layernorm true is not supported; supported: false",
        "'hidden_act':'silu' | hidden_act 'silu' is not supported; supported: gelu_new, gelu,"
            + " gelu_pytorch_tanh",
        "'head_dim':9,'partial_rotary_factor':0.5 | rotary positions need pairs, but 0.5 of 9 values"
            + " per head are 4",
        "'num_key_value_heads':5 | num_attention_heads (32) is not a multiple of"
            + " num_key_value_heads (5)",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("phi", fields);
  }
}
