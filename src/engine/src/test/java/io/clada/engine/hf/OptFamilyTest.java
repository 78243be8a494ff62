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

class OptFamilyTest {
  private static final String SMALL =
      "'hidden_size':64,'ffn_dim':96,'num_attention_heads':4,'vocab_size':300,"
          + "'max_position_embeddings':32";

  @Test
  void hasTheDefaultsOfTransformers() {
    assertThat(config(""))
        .isEqualTo(
            new DecoderConfig(
                "opt",
                768,
                3072,
                12,
                12,
                12,
                64,
                50272,
                2048,
                Norm.LAYER,
                1e-5,
                false,
                Activation.RELU,
                Residual.SEQUENTIAL,
                Positions.LEARNED,
                0,
                10000,
                null,
                Collections.nCopies(12, 0),
                768,
                true,
                2,
                Set.of(2)));
  }

  @Test
  void leavesOutTheFirstTwoRowsOfThePositions() {
    Part positions = TestFamily.of("opt", SMALL).ends().positions();

    assertThat(positions.tensor()).isEqualTo("model.decoder.embed_positions.weight");
    assertThat(positions.shape()).containsExactly(34L, 64L);
    assertThat(positions.outputs()).containsExactly(new Part.Range(2, 34));
  }

  @Test
  void normsAfterEachHalfAndNotAtTheEndWhereNormsDoNotComeBefore() {
    ModelFamily family = TestFamily.of("opt", "'do_layer_norm_before':false");

    assertThat(family.config().residual()).isEqualTo(Residual.POST_NORM);
    assertThat(family.config().finalNorm()).isFalse();
    assertThat(family.ends().finalNorm()).isNull();
    assertThat(family.ends().finalNormBias()).isNull();
  }

  @Test
  void leavesOutTheFinalNormThatWasRemoved() {
    DecoderConfig config = config("'_remove_final_layer_norm':true");

    assertThat(config.residual()).isEqualTo(Residual.SEQUENTIAL);
    assertThat(config.finalNorm()).isFalse();
  }

  @Test
  void projectsANarrowEmbedding() {
    ModelFamily family = TestFamily.of("opt", SMALL + ",'word_embed_proj_dim':32");

    assertThat(family.config().embeddingSize()).isEqualTo(32);
    EndWeights ends = family.ends();
    assertThat(ends.embedding().shape()).containsExactly(300L, 32L);
    assertThat(ends.projectIn()).isEqualTo(Part.linear("model.decoder.project_in.weight", 64, 32));
    assertThat(ends.projectOut())
        .isEqualTo(Part.linear("model.decoder.project_out.weight", 32, 64));
    assertThat(ends.head()).isEqualTo(ends.embedding());
  }

  @Test
  void hasNoBiasesButThoseOfNormsWhereTheyAreOff() {
    LayerWeights layer = TestFamily.of("opt", "'enable_bias':false").layer(0);

    assertThat(layer.norm1Bias()).isNotNull();
    assertThat(layer.qkvBias()).isEmpty();
    assertThat(layer.oBias()).isNull();
    assertThat(layer.upBias()).isEmpty();
    assertThat(layer.downBias()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"model.decoder.", "decoder.", "''"})
  void findsItsTensorsUnderAnyPrefix(String prefix) {
    ModelFamily family = TestFamily.of("opt", "", prefix + "embed_tokens.weight");

    assertThat(family.layer(3).down().tensor()).isEqualTo(prefix + "layers.3.fc2.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'activation_function':'swish' | activation_function 'swish' is not supported; supported:"
            + " relu, gelu",
        "'layer_norm_elementwise_affine':false | layer_norm_elementwise_affine false is not"
            + " supported; supported: true",
        "'hidden_size':100 | hidden_size (100) is not a multiple of num_attention_heads (12)",
        "'word_embed_proj_dim':0 | word_embed_proj_dim must be a whole number from 1, not 0",
      })
  void refusesNamingTheField(String fields, String problem) {
    assertThatThrownBy(() -> config(fields))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.json: " + problem);
  }

  private static DecoderConfig config(String fields) {
    return TestFamily.config("opt", fields);
  }
}
