package io.clada.schemas.serde;

import io.clada.schemas.registry.SchemaRegistries;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Serdes for the values of topics, made from a Kafka configuration and sharing one client of the
 * registry. {@code avro.serializer} and {@code avro.deserializer} name other classes than this
 * package's, for instance {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and {@code
 * KafkaAvroDeserializer}, which are then given the same configuration.
 */
public final class AvroSerdes {
  private final Map<String, Object> config;

  /**
   * Contacts nobody.
   *
   * @throws ConfigException if {@code schema.registry.url} is missing or wrong
   */
  public AvroSerdes(Map<String, ?> config) {
    TrustedRecords.trust();
    this.config = new HashMap<>(config);
    this.config.put(SchemaRegistries.INSTANCE, SchemaRegistries.connect(config));
    this.config.putIfAbsent(AvroSettings.SPECIFIC_READER, true);
  }

  /** A serde whose null is null, and which refuses records of another type than this. */
  // The classes write and read T because specific.avro.value.type says so.
  @SuppressWarnings("unchecked")
  public <T extends SpecificRecord> Serde<T> values(Class<T> type) {
    Map<String, Object> typed = new HashMap<>(config);
    typed.put(AvroSettings.VALUE_TYPE, type);
    Serializer<T> serializer = (Serializer<T>) create("avro.serializer", AvroSerializer.class);
    Deserializer<T> deserializer =
        (Deserializer<T>) create("avro.deserializer", AvroDeserializer.class);
    serializer.configure(typed, false);
    deserializer.configure(typed, false);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private Object create(String key, Class<?> otherwise) {
    Object name = config.get(key);
    if (name == null) {
      return Utils.newInstance(otherwise);
    }
    if (name instanceof Class<?> type) {
      return Utils.newInstance(type);
    }
    try {
      return Utils.newInstance(name.toString(), Object.class);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key, name, "class not found: is its jar on the class path?");
    }
  }
}
