package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/** What stores and the repartition topic hold must be readable by the next version. */
class PartialCodecTest {
  /** Written by version 0.1.0: change the code, not this. */
  private static final String GOLDEN =
      "c301a153cee07a794379026dc0a90706a8b10702040204000202000000000000f03f00000000"
          + "0000f83f000000000000c03f04000000000000e03f000000000000f83f0004040400146b6c6c"
          + "2d666c6f6174739003025005010f00c80008000200000000000000c8000100c6000000000080"
          + "3e0000003f0000003f0000803e146b6c6c2d666c6f6174739003025005010f00c80008000200"
          + "000000000000c8000100c60000000000003e0000803e0000803e0000003e";

  private final PartialCodec codec = new PartialCodec();

  @Test
  void writesTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(codec.encode(sample()))).isEqualTo(GOLDEN);
  }

  @Test
  void readsTheGoldenBytes() {
    assertSame(codec.decode(HexFormat.of().parseHex(GOLDEN)), sample());
  }

  @Test
  void readsWhatItWroteOfManyValues() {
    Partial many = Partial.empty("demo-llama", 60_000, 7);
    for (int i = 0; i < 1000; i++) {
      many.add(Telemetry.spread(10, 1f), 60_000 + i);
    }

    Partial read = codec.decode(codec.encode(many));

    assertSame(read, many);
    assertThat(read.surprisal().count()).isEqualTo(10_000);
    assertThat(read.surprisal().bytes()).isEqualTo(many.surprisal().bytes());
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
    Partial partial = Partial.empty("m", 60_000, 3);
    partial.add(
        Telemetry.of(List.of(0.25f, 0.5f))
            .setActiveNeuronRatio(0.5f)
            .setActiveNeuronRatioByLayer(List.of(0.25f, 0.75f))
            .setWeightsReadRatio(0.75f)
            .setHighLoadTokens(1)
            .setReanalyses(1)
            .setDecodeSeconds(0.125)
            .setLast(true)
            .build(),
        60_500);
    return partial;
  }

  private static void assertSame(Partial actual, Partial expected) {
    assertThat(actual.model()).isEqualTo(expected.model());
    assertThat(actual.start()).isEqualTo(expected.start());
    assertThat(actual.partition()).isEqualTo(expected.partition());
    assertThat(actual.latest()).isEqualTo(expected.latest());
    assertThat(actual.counts()).isEqualTo(expected.counts());
    assertThat(actual.layers()).isEqualTo(expected.layers());
    assertThat(actual.surprisal().bytes()).isEqualTo(expected.surprisal().bytes());
    assertThat(actual.entropy().bytes()).isEqualTo(expected.entropy().bytes());
  }
}
