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

class MistralFamilyTest {
  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "mistral",
                4096,
                14336,
                32,
                32,
                8,
                128,
                32000,
                131072,
                Norm.RMS,
                1e-6,
                true,
                Activation.SILU,
                Residual.SEQUENTIAL,
                Positions.ROTARY,
                128,
                10000,
                null,
                Collections.nCopies(32, 4096),
                4096,
                true,
                1,
                Set.of(2)));
  }

  @Test
  void seesEverythingWhereTheWindowIsNull() {
    assertThat(config("'sliding_window':null").windows()).containsOnly(0);
  }

  @Test
  void hasAsManyKeyValueHeadsAsHeadsWhereTheFieldIsNull() {
    assertThat(config("'num_key_value_heads':null").kvHeads()).isEqualTo(32);
  }

  @Test
  void hasNoBiases() {
    LayerWeights layer = TestFamily.of("mistral", "'attention_bias':true").layer(0);

    assertThat(layer.qkvBias()).isEmpty();
    assertThat(layer.oBias()).isNull();
    assertThat(layer.upBias()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'sliding_window':0 | sliding_window must be a whole number from 1, not 0",
        "'hidden_act':'gelu' | hidden_act 'gelu' is not supported; supported: silu",
        "'rope_scaling':{'type':'dynamic','factor':2} | rope_scaling: type 'dynamic' is not"
            + " supported; supported: default, llama3",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("mistral", fields);
  }
}
