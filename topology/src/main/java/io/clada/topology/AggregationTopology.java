package io.clada.topology;

import io.clada.schemas.Backbone;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The two stages and what joins them, drawn in {@code docs/topology.md}:
 *
 * <pre>
 * telemetry -&gt; fold (per partition) -+-&gt; updates, by model -+-&gt; statistics -&gt; sparsity
 * thresholds -&gt; orders --------------+                       +-&gt; adapt ------&gt; thresholds
 *
 * neurons -&gt; fold (per partition) -&gt; layers, by model and layer -&gt; average -&gt; backbone
 * </pre>
 */
final class AggregationTopology {
  private final TopologyConfig config;
  private final Topics topics;
  private final AvroSerdes serdes;
  private final Known known;
  private final TopologyMetrics metrics;
  private final StreamsBuilder builder = new StreamsBuilder();

  private AggregationTopology(TopologyConfig config, Known known, TopologyMetrics metrics) {
    this.config = config;
    this.topics = config.topics();
    this.serdes = new AvroSerdes(config.kafka());
    this.known = known;
    this.metrics = metrics;
  }

  static Topology of(TopologyConfig config, Known known, TopologyMetrics metrics) {
    AggregationTopology topology = new AggregationTopology(config, known, metrics);
    KStream<String, ModelUpdate> updates = topology.updates();
    topology.statistics(updates);
    topology.thresholds(updates);
    topology.backbone(topology.layers());
    return topology.builder.build();
  }

  private KStream<String, ModelUpdate> updates() {
    KStream<String, ModelUpdate> folded =
        read(topics.telemetry(), LoadTelemetry.class, "telemetry")
            .process(
                new WithStores<>(
                    () ->
                        new TelemetryFold(
                            config.partialsInterval(),
                            config.slice(),
                            config.windows().breakdown(),
                            metrics),
                    WithStores.inMemory(
                        TelemetryFold.STORE, asOn(topics.telemetry(), LoadTelemetry.class))),
                Named.as("fold"));
    KStream<String, ModelUpdate> orders =
        read(topics.thresholds(), Thresholds.class, "orders")
            .filter(
                (key, value) -> value != null && Order.isOrder(key, value), Named.as("only-orders"))
            .map(
                (key, value) -> KeyValue.pair(value.getModel(), Order.of(value)),
                Named.as("by-model"));
    return folded
        .merge(orders, Named.as("merge"))
        .repartition(
            Repartitioned.<String, ModelUpdate>as("updates")
                .withKeySerde(Serdes.String())
                .withValueSerde(ModelUpdate.serde()));
  }

  private void statistics(KStream<String, ModelUpdate> updates) {
    Serde<SparsityStats> stats = serdes.values(SparsityStats.class);
    updates
        .process(
            new WithStores<>(
                () -> new WindowStats(config.windows(), metrics),
                WithStores.inMemory(WindowStats.WINDOWS, PartialCodec.serde()),
                WithStores.inMemory(WindowStats.LONG_WINDOWS, PartialCodec.serde()),
                WithStores.inMemory(WindowStats.CLOSED, stats),
                WithStores.persistent(WindowStats.PROGRESS, Progress.serde())),
            Named.as("statistics"))
        .to(topics.sparsity(), write(stats, "sparsity"));
  }

  private void thresholds(KStream<String, ModelUpdate> updates) {
    Serde<Thresholds> thresholds = serdes.values(Thresholds.class);
    updates
        .process(
            new WithStores<>(
                () -> new FleetThresholds(config.horizon(), known.thresholds(), metrics),
                WithStores.inMemory(FleetThresholds.SLICES, PartialCodec.serde()),
                WithStores.inMemory(FleetThresholds.KEEP_RATIOS, KeepRatio.serde()),
                WithStores.persistent(FleetThresholds.PUBLISHED, thresholds)),
            Named.as("adapt"))
        .to(topics.thresholds(), write(thresholds, "thresholds"));
  }

  private KStream<String, NeuronSums> layers() {
    return read(topics.neurons(), NeuronUsage.class, "neurons")
        .process(
            new WithStores<>(
                () -> new NeuronFold(config.backbone(), metrics),
                WithStores.inMemory(NeuronFold.STORE, asOn(topics.neurons(), NeuronUsage.class))),
            Named.as("fold-neurons"))
        .repartition(
            Repartitioned.<String, NeuronSums>as("layers")
                .withKeySerde(Serdes.String())
                .withValueSerde(NeuronSums.serde()));
  }

  private void backbone(KStream<String, NeuronSums> layers) {
    Serde<Backbone> backbone = serdes.values(Backbone.class);
    layers
        .process(
            new WithStores<>(
                () -> new FleetBackbone(config.backbone(), known.backbones(), metrics),
                WithStores.inMemory(FleetBackbone.SUMS, NeuronSums.serde()),
                WithStores.persistent(FleetBackbone.PUBLISHED, backbone)),
            Named.as("average"))
        .to(topics.backbone(), write(backbone, "backbone"));
  }

  private <T extends SpecificRecord> KStream<String, T> read(
      String topic, Class<T> type, String name) {
    return builder.stream(
        topic, Consumed.with(Serdes.String(), serdes.values(type)).withName(name));
  }

  /** For a store: the bytes are those of the topic, of whose subject any version can be read. */
  private <T extends SpecificRecord> Serde<T> asOn(String topic, Class<T> type) {
    Serde<T> serde = serdes.values(type);
    return Serdes.serdeFrom(
        (store, value) -> serde.serializer().serialize(topic, value),
        (store, bytes) -> serde.deserializer().deserialize(topic, bytes));
  }

  private static <T> Produced<String, T> write(Serde<T> serde, String name) {
    return Produced.with(Serdes.String(), serde).withName(name + "-out");
  }
}
