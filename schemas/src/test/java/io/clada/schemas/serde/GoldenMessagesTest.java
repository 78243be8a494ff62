package io.clada.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.Thresholds;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.SchemaRegistries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that another implementation of Avro wrote with the first released schemas, and with the
 * current ones: {@code src/test/resources/golden/make_golden.py}. Their ids are 258, so that a
 * wrong byte order shows.
 */
class GoldenMessagesTest {
  private static final int ID = 258;

  static Stream<SpecificRecord> records() {
    byte[] levels = new byte[256];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) i;
    }
    return Stream.of(
        GenerationRequest.newBuilder()
            .setPrompt("Es war einmal: \u00fc \ud83d\ude00")
            .setMode(Mode.GRIFFIN)
            .setMaxNewTokens(300)
            .setStop(List.of("\n\n", "END"))
            .setDoSample(true)
            .setTemperature(0.25)
            .setSeed(Long.MIN_VALUE)
            .build(),
        TokenEvent.newBuilder()
            .setId("request-1")
            .setModel("demo")
            .setAttempt(1)
            .setTokenIndex(64)
            .setTokenId(31999)
            .setText(" upon")
            .setSurprisal(1.5)
            .setEntropy(2.25)
            .setLoad(CognitiveLoad.HIGH)
            .setActiveNeuronRatio(0.5f)
            .setWeightsReadRatio(0.75f)
            .setFinish(Finish.LENGTH)
            .setUsage(
                Usage.newBuilder().setPromptTokens(4).setCompletionTokens(65).setSeed(42).build())
            .setTimings(Timings.newBuilder().setQueueSeconds(0.125).build())
            .build(),
        NeuronUsage.newBuilder()
            .setId("request-1")
            .setModel("demo")
            .setPromptTokens(4)
            .setLayers(
                List.of(
                    new NeuronImportance(0.5f, ByteBuffer.wrap(levels)),
                    new NeuronImportance(0f, ByteBuffer.allocate(0))))
            .build(),
        Thresholds.newBuilder()
            .setModel("demo")
            .setVersion(1L << 40)
            .setSurprisal(0.5f)
            .setEntropy(0.25f)
            .setComputedAt(Instant.ofEpochMilli(1_700_000_000_123L))
            .build());
  }

  @ParameterizedTest
  @MethodSource("records")
  void theOtherImplementationsMessageIsRead(SpecificRecord record) throws IOException {
    Serde<SpecificRecord> serde = serde(record, released(record));

    assertThat(serde.deserializer().deserialize("golden", golden("", record))).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void theSameBytesAreWritten(SpecificRecord record) throws IOException {
    Serde<SpecificRecord> serde = serde(record, record.getSchema());

    assertThat(serde.serializer().serialize("golden", record)).isEqualTo(golden("current", record));
  }

  /** With a registry in which the schema has the golden messages' id. */
  @SuppressWarnings("unchecked")
  private static Serde<SpecificRecord> serde(SpecificRecord record, Schema schema) {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.empty();
    for (int id = 1; id < ID; id++) {
      registry.register("s" + id, SchemaBuilder.record("R" + id).fields().endRecord());
    }
    assertThat(registry.register("golden-value", schema)).isEqualTo(ID);
    return new AvroSerdes(Map.of(SchemaRegistries.INSTANCE, registry))
        .values((Class<SpecificRecord>) record.getClass());
  }

  private static byte[] golden(String folder, SpecificRecord record) throws IOException {
    Path file = Path.of("src/test/resources/golden", folder, record.getSchema().getName() + ".hex");
    return HexFormat.of().parseHex(Files.readString(file).strip());
  }

  private static Schema released(SpecificRecord record) throws IOException {
    Path file = Path.of("src/test/resources/released/v1", record.getSchema().getName() + ".avsc");
    return new Schema.Parser().parse(Files.readString(file));
  }
}
