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

class Gpt2FamilyTest {
  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "gpt2",
                768,
                3072,
                12,
                12,
                12,
                64,
                50257,
                1024,
                Norm.LAYER,
                1e-5,
                false,
                Activation.GELU_TANH,
                Residual.SEQUENTIAL,
                Positions.LEARNED,
                0,
                10000,
                null,
                Collections.nCopies(12, 0),
                768,
                true,
                50256,
                Set.of(50256)));
  }

  @Test
  void takesFourTimesTheHiddenSizeForNull() {
    assertThat(config("'n_inner':null").intermediateSize()).isEqualTo(3072);
    assertThat(config("'n_inner':100").intermediateSize()).isEqualTo(100);
  }

  @Test
  void hasItsInputsAsRows() {
    LayerWeights layer = TestFamily.of("gpt2", "").layer(0);

    assertThat(layer.qkv())
        .containsExactly(Part.conv1d("transformer.h.0.attn.c_attn.weight", 768, 2304));
    assertThat(layer.down()).isEqualTo(Part.conv1d("transformer.h.0.mlp.c_proj.weight", 3072, 768));
    assertThat(layer.down().size()).isEqualTo(768);
    assertThat(layer.down().inputs()).isEqualTo(3072);
  }

  @ParameterizedTest
  @CsvSource({"transformer.", "''"})
  void findsItsTensorsUnderAnyPrefix(String prefix) {
    ModelFamily family = TestFamily.of("gpt2", "", prefix + "wte.weight");

    assertThat(family.layer(3).norm1Weight().tensor()).isEqualTo(prefix + "h.3.ln_1.weight");
    assertThat(family.ends().head().tensor()).isEqualTo(prefix + "wte.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"gelu_new|GELU_TANH", "gelu_pytorch_tanh|GELU_TANH", "gelu|GELU", "relu|RELU"})
  void readsActivations(String name, Activation activation) {
    assertThat(config("'activation_function':'" + name + "'").activation()).isEqualTo(activation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'activation_function':'tanh' | activation_function 'tanh' is not supported; supported:"
            + " gelu_new, gelu_pytorch_tanh, gelu, relu",
        "'scale_attn_weights':false | scale_attn_weights false is not supported; supported: true",
        "'scale_attn_by_inverse_layer_idx':true | scale_attn_by_inverse_layer_idx true is not"
            + " supported; supported: false",
        "'add_cross_attention':true | add_cross_attention true is not supported; supported: false",
        "'n_embd':100 | n_embd (100) is not a multiple of n_head (12)",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("gpt2", fields);
  }
}
