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

class FalconFamilyTest {
  private static final String SMALL = "'hidden_size':16,'num_attention_heads':4";
  private static final String GROUPED = SMALL + ",'new_decoder_architecture':true";

  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "falcon",
                4544,
                18176,
                32,
                71,
                1,
                64,
                65024,
                2048,
                Norm.LAYER,
                1e-5,
                false,
                Activation.GELU,
                Residual.PARALLEL,
                Positions.ROTARY,
                64,
                10000,
                null,
                Collections.nCopies(32, 0),
                4544,
                true,
                11,
                Set.of(11)));
  }

  @Test
  void sharesOneKeyAndValueAndOneNorm() {
    LayerWeights layer = TestFamily.of("falcon", SMALL).layer(0);

    assertThat(ranges(layer)).containsExactly(new Part.Range(0, 24));
    assertThat(layer.norm1Weight().tensor()).isEqualTo("transformer.h.0.input_layernorm.weight");
    assertThat(layer.norm2Weight()).isNull();
    assertThat(layer.norm2Bias()).isNull();
  }

  @Test
  void takesGroupsApartAndHasTwoNorms() {
    ModelFamily family = TestFamily.of("falcon", GROUPED + ",'num_kv_heads':2");
    LayerWeights layer = family.layer(0);

    assertThat(family.config().kvHeads()).isEqualTo(2);
    assertThat(layer.qkv()).singleElement().extracting(Part::shape).isEqualTo(List.of(32L, 16L));
    assertThat(ranges(layer))
        .containsExactly(
            new Part.Range(0, 8),
            new Part.Range(16, 24),
            new Part.Range(8, 12),
            new Part.Range(24, 28),
            new Part.Range(12, 16),
            new Part.Range(28, 32));
    assertThat(layer.norm1Weight().tensor()).isEqualTo("transformer.h.0.ln_attn.weight");
    assertThat(layer.norm2Weight()).isNotNull();
    assertThat(layer.norm2Weight().tensor()).isEqualTo("transformer.h.0.ln_mlp.weight");
  }

  @Test
  void hasOneNormInGroupsWhereItSaysSo() {
    LayerWeights layer =
        TestFamily.of("falcon", GROUPED + ",'num_kv_heads':2,'num_ln_in_parallel_attn':1").layer(0);

    assertThat(layer.norm1Weight().tensor()).isEqualTo("transformer.h.0.input_layernorm.weight");
    assertThat(layer.norm2Weight()).isNull();
  }

  @Test
  void hasAKeyAndValueForEachHeadAndBiasesWhereItSaysSo() {
    ModelFamily family =
        TestFamily.of("falcon", SMALL + ",'multi_query':false,'parallel_attn':false,'bias':true");
    LayerWeights layer = family.layer(0);

    assertThat(family.config().kvHeads()).isEqualTo(4);
    assertThat(family.config().residual()).isEqualTo(Residual.SEQUENTIAL);
    assertThat(ranges(layer)).hasSize(12).startsWith(new Part.Range(0, 4), new Part.Range(12, 16));
    assertThat(layer.qkvBias()).singleElement().extracting(Part::size).isEqualTo(48L);
    assertThat(layer.norm2Weight()).isNotNull();
    assertThat(layer.norm2Weight().tensor())
        .isEqualTo("transformer.h.0.post_attention_layernorm.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'alibi':true | alibi true is not supported; supported: false",
        "'new_decoder_architecture':true,'parallel_attn':false | parallel_attn false is not"
            + " supported with new_decoder_architecture true",
        "'activation':'relu' | activation 'relu' is not supported; supported: gelu",
        "'new_decoder_architecture':true,'num_kv_heads':3 | num_attention_heads (71) is not a"
            + " multiple of num_kv_heads (3)",
        "'new_decoder_architecture':true,'num_ln_in_parallel_attn':3 | num_ln_in_parallel_attn must"
            + " be at most 2, not 3",
        "'hidden_size':100 | hidden_size (100) is not a multiple of num_attention_heads (71)",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static List<Part.Range> ranges(LayerWeights layer) {
    return layer.qkv().get(0).outputs();
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("falcon", fields);
  }
}
