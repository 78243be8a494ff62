/** Kafka serializers and deserializers for Avro records in Confluent's wire format. */
@NullMarked
package io.clada.schemas.serde;

import org.jspecify.annotations.NullMarked;
