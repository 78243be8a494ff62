package io.clada.worker;

import io.clada.schemas.GenerationRequest;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** From a record's value to the request. */
final class RequestDecoder {
  private final Deserializer<GenerationRequest> deserializer;
  private final String topic;

  /**
   * @param topic that requests come from
   */
  RequestDecoder(Deserializer<GenerationRequest> deserializer, String topic) {
    this.deserializer = deserializer;
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  GenerationRequest decode(byte[] value) {
    return decode(new RecordHeaders(), value);
  }

  /**
   * @throws SerializationException if these bytes are no request
   * @throws RetriableException if the schema registry does not answer
   */
  GenerationRequest decode(Headers headers, byte[] value) {
    try {
      return deserializer.deserialize(topic, headers, value);
    } catch (SerializationException e) {
      if (e.getCause() instanceof RetriableException unavailable) {
        throw unavailable; // the registry's fault, not the record's
      }
      throw e;
    }
  }
}
