package io.clada.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.registry.HttpRegistry;
import io.clada.schemas.registry.RegistryUnavailableException;
import io.clada.schemas.registry.SchemaRegistryException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract over HTTP, and what this project's classes promise beyond it. */
class RestSerdesTest extends EnforcingSerdesContract {
  private static final String TOPIC = "more";

  private final HttpRegistry server = new HttpRegistry();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Override
  protected String registryUrl() {
    return server.url();
  }

  private byte[] event() {
    return serializer(Map.of(), false)
        .serialize(
            TOPIC, TokenEvent.newBuilder().setId("r").setTokenIndex(1).setText("text").build());
  }

  private static void assertMalformed(Deserializer<Object> deserializer, byte[] bytes) {
    assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("Topic more");
  }

  @Test
  void goldenBytes() {
    GenericData.Record record =
        new GenericRecordBuilder(
                SchemaBuilder.record("Word").fields().requiredString("text").endRecord())
            .set("text", "ab")
            .build();

    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, record);

    assertThat(bytes).isEqualTo(HexFormat.ofDelimiter(" ").parseHex("00 00 00 00 01 04 61 62"));
  }

  @Test
  void aRegistryThatIsDownIsNotMistakenForMalformedData() {
    byte[] bytes = event();
    Deserializer<Object> deserializer = deserializer(Map.of("max.retries", 0));
    server.close();

    assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
        .isInstanceOf(RegistryUnavailableException.class)
        .isInstanceOf(RetriableException.class)
        .isNotInstanceOf(SerializationException.class);
  }

  @Test
  void aWrongAddressIsNotMistakenForAnUnknownId() {
    byte[] bytes = event();
    Deserializer<Object> deserializer =
        deserializer(Map.of("schema.registry.url", server.url() + "/elsewhere"));

    assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
        .isInstanceOf(SchemaRegistryException.class)
        .isNotInstanceOf(SerializationException.class);
  }

  @Test
  void fewerBytesThanAHeaderAreMalformed() {
    byte[] bytes = event();
    Deserializer<Object> deserializer = deserializer(Map.of());

    for (int length = 0; length < bytes.length; length++) {
      assertMalformed(deserializer, Arrays.copyOf(bytes, length));
    }
  }

  @Test
  void bytesAfterTheRecordAreMalformed() {
    byte[] bytes = event();

    assertMalformed(deserializer(Map.of()), Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void aRecordOfAnotherTypeIsMalformed() {
    Map<String, Class<Thresholds>> expectThresholds =
        Map.of("specific.avro.value.type", Thresholds.class);

    assertMalformed(deserializer(expectThresholds), event());
  }

  /** Seed 7: each message has up to three random bytes changed. */
  @Test
  void noDamageCausesAnyOtherError() {
    byte[] bytes = event();
    Deserializer<Object> deserializer = deserializer(Map.of());
    Random random = new Random(7);
    int malformed = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = bytes.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt(256);
      }
      try {
        deserializer.deserialize(TOPIC, damaged);
      } catch (SerializationException e) {
        malformed++;
      }
    }
    assertThat(malformed).isBetween(1, 19_999);
  }

  @Test
  void aRecordThatDoesNotFitItsSchemaIsNamed() {
    GenericData.Record empty =
        new GenericData.Record(
            SchemaBuilder.record("Word").fields().requiredString("text").endRecord());

    assertThatThrownBy(() -> serializer(Map.of(), false).serialize(TOPIC, empty))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("Word");
  }

  @Test
  void settingsThatAreNotSupportedAreRefused() {
    assertThatThrownBy(
            () ->
                serializer(
                    Map.of("value.subject.name.strategy", "io.confluent.RecordNameStrategy"),
                    false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("TopicNameStrategy");
    assertThatThrownBy(() -> serializer(Map.of("use.latest.version", "true"), false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("use.latest.version");
    assertThatThrownBy(
            () ->
                new AvroSerdes(
                        Map.of("schema.registry.url", "mock://x", "avro.serializer", "no.Such"))
                    .values(Thresholds.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no.Such");
  }
}
