package io.clada.worker;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** One source, one processor with its persistent stores, a sink per topic. */
final class WorkerTopology {
  private static final String SOURCE = "requests";
  private static final String PROCESSOR = "generate";

  private WorkerTopology() {}

  static Topology build(Topics topics, AvroSerdes serdes, Dependencies deps) {
    return build(topics, serdes, deps, Stores::persistentKeyValueStore);
  }

  /**
   * @param stores makes the store of a name; tests bring one that outlives its task
   */
  static Topology build(
      Topics topics,
      AvroSerdes serdes,
      Dependencies deps,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    RequestDecoder decoder =
        new RequestDecoder(
            serdes.values(GenerationRequest.class).deserializer(), topics.requests());
    Map<String, String> changelog = Changelogs.settings(deps.admission().maxStoredBytes());
    StringSerializer key = new StringSerializer();
    return new Topology()
        .addSource(
            (AutoOffsetReset) null, // as configured
            SOURCE,
            // Kafka Streams' own extractor stops the worker over a record without a timestamp.
            (record, partitionTime) -> Math.max(0, record.timestamp()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.requests())
        .addProcessor(PROCESSOR, () -> new RequestProcessor(deps, decoder), SOURCE)
        .addStateStore(store(stores.apply(RequestStore.NAME), changelog), PROCESSOR)
        .addStateStore(store(stores.apply(AttemptStore.NAME), changelog), PROCESSOR)
        .addStateStore(store(stores.apply(ProgressStore.NAME), changelog), PROCESSOR)
        .addStateStore(store(stores.apply(FinishedRequests.NAME), changelog), PROCESSOR)
        .addSink(
            Outputs.TOKENS,
            topics.tokens(),
            key,
            serdes.values(TokenEvent.class).serializer(),
            PROCESSOR)
        .addSink(
            Outputs.TELEMETRY,
            topics.telemetry(),
            key,
            serdes.values(LoadTelemetry.class).serializer(),
            PROCESSOR)
        .addSink(
            Outputs.NEURONS,
            topics.neurons(),
            key,
            serdes.values(NeuronUsage.class).serializer(),
            PROCESSOR)
        .addSink(
            Outputs.DEAD_LETTER,
            topics.deadLetter(),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            PROCESSOR);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
      KeyValueBytesStoreSupplier supplier, Map<String, String> changelog) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(changelog);
  }
}
