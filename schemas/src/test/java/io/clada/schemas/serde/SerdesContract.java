package io.clada.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What holds for every pair of serializers in Confluent's wire format, with every kind of registry:
 * extend it and run.
 */
public abstract class SerdesContract {
  private static final String TOPIC = "contract";
  private static final Schema WORD =
      SchemaBuilder.record("Word")
          .namespace("io.clada.test")
          .fields()
          .requiredString("text")
          .endRecord();

  private Map<String, Object> config;

  /**
   * Address of a registry at level FULL_TRANSITIVE, or BACKWARD, that knows no subject {@code
   * contract-value} yet.
   */
  protected abstract String registryUrl();

  /** The id that the registry gives to the next schema it sees. */
  protected int nextId() {
    return 1;
  }

  /** Names of the classes under test in {@code avro.serializer} and {@code avro.deserializer}. */
  protected Map<String, String> classes() {
    return Map.of(
        "avro.serializer", AvroSerializer.class.getName(),
        "avro.deserializer", AvroDeserializer.class.getName());
  }

  @BeforeEach
  void configure() {
    config = new HashMap<>(classes());
    config.put("schema.registry.url", registryUrl());
    config.put("specific.avro.reader", true);
  }

  /** The serializer as Kafka makes it from {@code value.serializer}. */
  protected final Serializer<Object> serializer(Map<String, ?> more, boolean isKey) {
    Map<String, Object> all = new HashMap<>(config);
    all.putAll(more);
    Serializer<Object> serializer = make("avro.serializer");
    serializer.configure(all, isKey);
    return serializer;
  }

  /** The deserializer as Kafka makes it from {@code value.deserializer}. */
  protected final Deserializer<Object> deserializer(Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>(config);
    all.putAll(more);
    Deserializer<Object> deserializer = make("avro.deserializer");
    deserializer.configure(all, false);
    return deserializer;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <C> C make(String key) {
    try {
      return (C) Utils.newInstance((String) config.get(key), Object.class);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private <T extends SpecificRecord> void assertSurvives(T record, Class<T> type) {
    Serde<T> serde = new AvroSerdes(config).values(type);

    byte[] bytes = serde.serializer().serialize(TOPIC, record);

    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(record);
  }

  private static GenericRecord word(String text) {
    return new GenericRecordBuilder(WORD).set("text", text).build();
  }

  private static Thresholds thresholds() {
    return Thresholds.newBuilder()
        .setModel("m")
        .setVersion(3)
        .setSurprisal(0.4f)
        .setEntropy(0.5f)
        .setSamples(17)
        .setComputedAt(Instant.ofEpochMilli(1_700_000_000_123L))
        .build();
  }

  @Test
  void recordsSurvive() {
    assertSurvives(
        GenerationRequest.newBuilder()
            .setPrompt("Es war einmal: \u00fc \ud83d\ude00")
            .setMode(Mode.EXACT)
            .setMaxNewTokens(7)
            .setStop(List.of("\n\n", "END"))
            .setTemperature(0.25)
            .build(),
        GenerationRequest.class);
  }

  @Test
  void nestedRecordsAndEnumsSurvive() {
    assertSurvives(
        TokenEvent.newBuilder()
            .setId("r")
            .setTokenIndex(4)
            .setSurprisal(1.5)
            .setLoad(CognitiveLoad.HIGH)
            .setFinish(Finish.LENGTH)
            .setUsage(Usage.newBuilder().setPromptTokens(2).setSeed(Long.MIN_VALUE).build())
            .build(),
        TokenEvent.class);
  }

  @Test
  void instantsSurvive() {
    assertSurvives(thresholds(), Thresholds.class);
  }

  @Test
  void bytesSurvive() {
    byte[] levels = new byte[5632];
    Arrays.fill(levels, (byte) 0xA5);
    assertSurvives(
        NeuronUsage.newBuilder()
            .setId("r")
            .setModel("m")
            .setPromptTokens(9)
            .setLayers(List.of(new NeuronImportance(0.5f, ByteBuffer.wrap(levels))))
            .build(),
        NeuronUsage.class);
  }

  @Test
  void nullIsATombstoneBothWays() {
    Serde<Thresholds> serde = new AvroSerdes(config).values(Thresholds.class);

    assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
    assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
  }

  @Test
  void theBytesAreMagicIdAndAvro() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, word("ab"));

    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("00" + String.format("%08x", nextId()) + "046162");
  }

  @Test
  void aKeyHasASubjectOfItsOwn() {
    serializer(Map.of(), true).serialize(TOPIC, word("key"));
    Map<String, Boolean> lookUpOnly = Map.of("auto.register.schemas", false);

    assertThat(serializer(lookUpOnly, true).serialize(TOPIC, word("key"))).isNotEmpty();
    assertThatThrownBy(() -> serializer(lookUpOnly, false).serialize(TOPIC, word("value")))
        .isInstanceOf(KafkaException.class);
  }

  @Test
  void aSchemaRegisteredFromItsFileIsFoundWithoutJavaProperties() {
    Schema fromFile = withoutJavaProperties(Thresholds.getClassSchema());
    GenericRecord other =
        new GenericRecordBuilder(fromFile)
            .set("model", "m")
            .set("version", 1L)
            .set("surprisal", 0.1f)
            .set("entropy", 0.2f)
            .build();
    byte[] others = serializer(Map.of(), false).serialize(TOPIC, other);
    Map<String, Boolean> config =
        Map.of("auto.register.schemas", false, "avro.remove.java.properties", true);

    byte[] ours = serializer(config, false).serialize(TOPIC, thresholds());

    assertThat(Arrays.copyOf(ours, 5)).isEqualTo(Arrays.copyOf(others, 5));
  }

  @Test
  void aDeserializerOnItsOwnFindsTheClassByTheSchemasName() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, thresholds());

    assertThat(deserializer(Map.of()).deserialize(TOPIC, bytes)).isEqualTo(thresholds());
  }

  @Test
  void aRecordWithoutAClassIsGeneric() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, word("ab"));

    Object read = deserializer(Map.of("specific.avro.reader", false)).deserialize(TOPIC, bytes);

    assertThat(read).isInstanceOf(GenericRecord.class).hasToString("{\"text\": \"ab\"}");
  }

  @Test
  void whatAnOlderVersionWroteGetsDefaults() {
    Schema older = withoutField(Thresholds.getClassSchema(), "samples");
    GenericRecord record =
        new GenericRecordBuilder(older)
            .set("model", "m")
            .set("version", 1L)
            .set("surprisal", 0.1f)
            .set("entropy", 0.2f)
            .build();
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, record);

    Thresholds read =
        new AvroSerdes(config).values(Thresholds.class).deserializer().deserialize(TOPIC, bytes);

    assertThat(read.getSamples()).isZero();
    assertThat(read.getEntropy()).isEqualTo(0.2f);
  }

  @Test
  void whatANewerVersionAddedIsLeftOut() {
    Schema newer = withField(Thresholds.getClassSchema(), "future");
    GenericRecord record =
        new GenericRecordBuilder(newer)
            .set("model", "m")
            .set("version", 1L)
            .set("surprisal", 0.1f)
            .set("entropy", 0.2f)
            .set("future", "unheard of")
            .build();
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, record);

    Thresholds read =
        new AvroSerdes(config).values(Thresholds.class).deserializer().deserialize(TOPIC, bytes);

    assertThat(read.getSurprisal()).isEqualTo(0.1f);
  }

  @Test
  void anotherMagicByteIsMalformed() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, thresholds());
    bytes[0] = 1;

    assertMalformed(bytes);
  }

  @Test
  void anUnknownIdIsMalformed() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, thresholds());
    bytes[2] = 0x7f;

    assertMalformed(bytes);
  }

  @Test
  void truncatedDataIsMalformed() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, thresholds());

    assertMalformed(Arrays.copyOf(bytes, bytes.length - 3));
  }

  @Test
  void aLengthBeyondTheDataIsMalformed() {
    byte[] bytes = serializer(Map.of(), false).serialize(TOPIC, thresholds());
    // The length of the first string: 2^31 - 9, about the longest array that a JVM can hold.
    byte[] huge = HexFormat.of().parseHex("eeffffff0f");
    ByteBuffer corrupt = ByteBuffer.allocate(5 + huge.length + bytes.length - 6);
    corrupt.put(bytes, 0, 5).put(huge).put(bytes, 6, bytes.length - 6);

    assertMalformed(corrupt.array());
  }

  @Test
  void threadsMayShareASerde() throws Exception {
    Serde<Thresholds> serde = new AvroSerdes(config).values(Thresholds.class);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Thresholds>> copies =
          IntStream.range(0, 400)
              .mapToObj(
                  i ->
                      pool.submit(
                          () ->
                              serde
                                  .deserializer()
                                  .deserialize(
                                      TOPIC,
                                      serde
                                          .serializer()
                                          .serialize(
                                              TOPIC,
                                              Thresholds.newBuilder(thresholds())
                                                  .setModel("m".repeat(i))
                                                  .build()))))
              .toList();
      for (int i = 0; i < copies.size(); i++) {
        assertThat(copies.get(i).get().getModel()).isEqualTo("m".repeat(i));
      }
    } finally {
      pool.shutdown();
    }
  }

  private void assertMalformed(byte[] bytes) {
    Deserializer<Thresholds> deserializer =
        new AvroSerdes(config).values(Thresholds.class).deserializer();

    assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
        .isInstanceOf(SerializationException.class);
  }

  private static Schema withoutJavaProperties(Schema schema) {
    return new Schema.Parser()
        .parse(
            schema
                .toString()
                .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\""));
  }

  private static Schema withoutField(Schema schema, String name) {
    return Schema.createRecord(
        schema.getName(),
        schema.getDoc(),
        schema.getNamespace(),
        false,
        schema.getFields().stream()
            .filter(field -> !field.name().equals(name))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList());
  }

  private static Schema withField(Schema schema, String name) {
    List<Schema.Field> fields =
        new ArrayList<>(
            schema.getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
    fields.add(new Schema.Field(name, Schema.create(Schema.Type.STRING), "Not known yet.", ""));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }
}
