package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.Mode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/** What stores and the repartition topic hold must be readable by the next version. */
class PartialCodecTest {
  /** Written with the first version of the schema: change the code, not this. */
  private static final String FIRST =
      "c301a153cee07a794379026dc0a90706a8b10702040204000202000000000000f03f00000000"
          + "0000f83f000000000000c03f04000000000000e03f000000000000f83f0004040400146b6c6c"
          + "2d666c6f6174739003025005010f00c80008000200000000000000c8000100c6000000000080"
          + "3e0000003f0000003f0000803e146b6c6c2d666c6f6174739003025005010f00c80008000200"
          + "000000000000c8000100c60000000000003e0000803e0000803e0000003e";

  private final PartialCodec codec = new PartialCodec();

  /** Written with the present version: change the code, or make a new version of the schema. */
  private static final String GOLDEN =
      "c30195a1c833e7eda5d1026d020a4558414354020861636d65c0a90706a8b1070204020400020206"
          + "04020e08000000000000f03f000000000000f83f000000000000c03f04000000000000e03f000000"
          + "000000f83f000404040002146b6c6c2d666c6f6174739003025005010f00c8000800020000000000"
          + "0000c8000100c60000000000803e0000003f0000003f0000803e02146b6c6c2d666c6f6174739003"
          + "025005010f00c80008000200000000000000c8000100c60000000000003e0000803e0000803e0000"
          + "003e02146b6c6c2d666c6f6174739003021802020f04c80008000000003f02146b6c6c2d666c6f61"
          + "74739003021802020f04c80008000000803e02146b6c6c2d666c6f6174739003021802020f04c800"
          + "08000000003e";

  @Test
  void writesTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(codec.encode(sample()))).isEqualTo(GOLDEN);
  }

  @Test
  void readsTheGoldenBytes() {
    assertSame(codec.decode(HexFormat.of().parseHex(GOLDEN)), sample());
  }

  @Test
  void readsWhatTheFirstVersionWrote() {
    Partial read = codec.decode(HexFormat.of().parseHex(FIRST));

    assertThat(read.scope()).isEqualTo(Scope.all("m"));
    assertThat(read.start()).isEqualTo(60_000);
    assertThat(read.partition()).isEqualTo(3);
    assertThat(read.latest()).isEqualTo(60_500);
    assertThat(read.sums().count(Quantity.TOKENS)).isEqualTo(2);
    assertThat(read.sums().count(Quantity.DRAFTED_TOKENS)).isZero();
    assertThat(read.sums().get(Quantity.DECODE_SECONDS)).isEqualTo(0.125);
    assertThat(read.layers().means()).containsExactly(0.25f, 0.75f);
    assertThat(read.sketch(Measure.SURPRISAL).quantile(1)).isEqualTo(0.5f);
    assertThat(read.sketch(Measure.TIME_PER_OUTPUT_TOKEN_SECONDS).count()).isZero();
  }

  @Test
  void readsWhatItWroteOfManyValues() {
    Partial many = Partial.empty(Scope.all("demo-llama"), 60_000, 7);
    for (int i = 0; i < 1000; i++) {
      many.add(Telemetry.spread(10, 1f), 60_000 + i);
    }

    Partial read = codec.decode(codec.encode(many));

    assertSame(read, many);
    assertThat(read.sketch(Measure.SURPRISAL).count()).isEqualTo(10_000);
    assertThat(read.sketch(Measure.SURPRISAL).bytes())
        .isEqualTo(many.sketch(Measure.SURPRISAL).bytes());
  }

  @Test
  void refusesCutAndForeignBytes() {
    byte[] bytes = codec.encode(sample());

    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length - 10)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("io.clada.topology.Partial");
    assertThatThrownBy(() -> codec.decode(new byte[20]))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("io.clada.topology.Partial");
  }

  @Test
  void namesTheSketchThatItCannotRead() {
    assertThatThrownBy(() -> QuantileSketch.of("t-digest", 1, new byte[0]))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "sketch of type 't-digest' version 1 is not supported; supported: kll-floats version 1");
    assertThatThrownBy(() -> QuantileSketch.of(QuantileSketch.TYPE, 1, new byte[] {1, 2, 3}))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("damaged kll-floats sketch");
  }

  private static Partial sample() {
    Partial partial = Partial.empty(new Scope("m", Mode.EXACT, "acme"), 60_000, 3);
    partial.add(
        Telemetry.of(List.of(0.25f, 0.5f))
            .setActiveNeuronRatio(0.5f)
            .setActiveNeuronRatioByLayer(List.of(0.25f, 0.75f))
            .setWeightsReadRatio(0.75f)
            .setHighLoadTokens(1)
            .setReanalyses(1)
            .setDecodeSeconds(0.125)
            .setTimeToFirstTokenSeconds(0.25)
            .setDraftedTokens(3)
            .setAcceptedDrafts(2)
            .setQueuedRequests(7)
            .setRunningRequests(4)
            .setLast(true)
            .build(),
        60_500);
    return partial;
  }

  private static void assertSame(Partial actual, Partial expected) {
    assertThat(actual.scope()).isEqualTo(expected.scope());
    assertThat(actual.start()).isEqualTo(expected.start());
    assertThat(actual.partition()).isEqualTo(expected.partition());
    assertThat(actual.latest()).isEqualTo(expected.latest());
    assertThat(actual.layers().ratios()).isEqualTo(expected.layers().ratios());
    assertThat(actual.layers().tokens()).isEqualTo(expected.layers().tokens());
    for (Quantity quantity : Quantity.values()) {
      assertThat(actual.sums().get(quantity))
          .as(quantity.name())
          .isEqualTo(expected.sums().get(quantity));
    }
    for (Measure measure : Measure.values()) {
      assertThat(actual.sketch(measure).bytes())
          .as(measure.name())
          .isEqualTo(expected.sketch(measure).bytes());
    }
  }
}
