package io.clada.schemas.serde;

import java.util.Map;

final class ConfluentClasses {
  static final Map<String, String> NAMES =
      Map.of(
          "avro.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer",
          "avro.deserializer", "io.confluent.kafka.serializers.KafkaAvroDeserializer");

  private ConfluentClasses() {}
}
