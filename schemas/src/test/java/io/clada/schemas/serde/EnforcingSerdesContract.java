package io.clada.schemas.serde;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** What holds besides where the registry checks compatibility; Confluent's own mock does not. */
public abstract class EnforcingSerdesContract extends SerdesContract {

  @Test
  void anIncompatibleSchemaIsRefused() {
    Schema old = SchemaBuilder.record("Count").fields().requiredString("n").endRecord();
    Schema incompatible = SchemaBuilder.record("Count").fields().requiredInt("n").endRecord();
    GenericRecord word = new GenericRecordBuilder(old).set("n", "one").build();
    GenericRecord number = new GenericRecordBuilder(incompatible).set("n", 1).build();
    Serializer<Object> serializer = serializer(Map.of(), false);
    serializer.serialize("counts", word);

    assertThatThrownBy(() -> serializer.serialize("counts", number))
        .isInstanceOf(KafkaException.class)
        .isNotInstanceOf(RetriableException.class);
  }
}
