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

class Qwen2FamilyTest {
  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "qwen2",
                4096,
                22016,
                32,
                32,
                32,
                128,
                151936,
                32768,
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
                null,
                Set.of()));
  }

  @Test
  void hasNoWindowUnlessItIsUsed() {
    assertThat(config("'num_hidden_layers':3,'sliding_window':64,'max_window_layers':1").windows())
        .containsExactly(0, 0, 0);
  }

  @Test
  void hasAWindowFromTheLayerNamed() {
    String layers = "'num_hidden_layers':3,'use_sliding_window':true,";

    assertThat(config(layers + "'sliding_window':64,'max_window_layers':1").windows())
        .containsExactly(0, 64, 64);
    assertThat(config(layers + "'sliding_window':64").windows()).containsExactly(0, 0, 0);
    assertThat(config(layers + "'max_window_layers':2").windows()).containsExactly(0, 0, 4096);
    assertThat(config(layers + "'sliding_window':null,'max_window_layers':0").windows())
        .containsExactly(0, 0, 0);
  }

  @Test
  void takesTheListOfLayerTypesOverTheLayerNamed() {
    assertThat(
            config(
                    "'num_hidden_layers':3,'use_sliding_window':true,'sliding_window':64,"
                        + "'max_window_layers':0,'layer_types':"
                        + "['sliding_attention','full_attention','sliding_attention']")
                .windows())
        .containsExactly(64, 0, 64);
  }

  @Test
  void hasBiasesOnQueriesKeysAndValuesAlone() {
    LayerWeights layer = TestFamily.of("qwen2", "").layer(0);

    assertThat(layer.qkvBias()).extracting(Part::size).containsExactly(4096L, 4096L, 4096L);
    assertThat(layer.oBias()).isNull();
    assertThat(layer.upBias()).isEmpty();
    assertThat(layer.downBias()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'num_hidden_layers':1,'layer_types':['sliding_attention'] | layer_types"
            + " 'sliding_attention' is not supported; supported: full_attention, and with"
            + " use_sliding_window sliding_attention",
        "'num_hidden_layers':1,'layer_types':['linear_attention'] | layer_types"
            + " 'linear_attention' is not supported; supported: full_attention, and with"
            + " use_sliding_window sliding_attention",
        "'num_hidden_layers':2,'layer_types':['full_attention'] | layer_types has 1 entries for"
            + " num_hidden_layers 2",
        "'layer_types':'full_attention' | layer_types must be a list of strings, not"
            + " \"full_attention\"",
        "'hidden_act':'gelu' | hidden_act 'gelu' is not supported; supported: silu",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("qwen2", fields);
  }
}
