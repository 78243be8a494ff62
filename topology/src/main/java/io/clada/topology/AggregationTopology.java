package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The two stages and what joins them:
 *
 * <pre>
 * telemetry -&gt; fold (per partition) -&gt; partials, by model -+-&gt; statistics -&gt; sparsity
 *                                                          +-&gt; thresholds -&gt; thresholds
 * </pre>
 */
final class AggregationTopology {
  private AggregationTopology() {}

  static Topology of(TopologyConfig config) {
    AvroSerdes serdes = new AvroSerdes(config.kafka());
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, Partial> partials =
        builder.stream(
                config.topics().telemetry(),
                Consumed.with(Serdes.String(), serdes.values(LoadTelemetry.class))
                    .withName("telemetry"))
            .process(fold(config), Named.as("fold"))
            .repartition(
                Repartitioned.<String, Partial>as("partials")
                    .withKeySerde(Serdes.String())
                    .withValueSerde(PartialCodec.serde()));
    partials
        .process(statistics(config), Named.as("statistics"))
        .to(
            config.topics().sparsity(),
            Produced.with(Serdes.String(), serdes.values(SparsityStats.class))
                .withName("sparsity-out"));
    Serde<Thresholds> thresholds = serdes.values(Thresholds.class);
    partials
        .process(thresholds(config, thresholds), Named.as("thresholds"))
        .to(
            config.topics().thresholds(),
            Produced.with(Serdes.String(), thresholds).withName("thresholds-out"));
    return builder.build();
  }

  private static ProcessorSupplier<String, LoadTelemetry, String, Partial> fold(
      TopologyConfig config) {
    return new WithStores<>(
        () -> new TelemetryFold(config.partialsInterval(), config.slice()),
        Set.of(store(TelemetryFold.STORE, PartialCodec.serde())));
  }

  private static ProcessorSupplier<String, Partial, String, SparsityStats> statistics(
      TopologyConfig config) {
    return new WithStores<>(
        () -> new WindowStats(config.window(), config.grace()),
        Set.of(
            store(WindowStats.WINDOWS, PartialCodec.serde()),
            store(WindowStats.PROGRESS, Progress.serde())));
  }

  private static ProcessorSupplier<String, Partial, String, Thresholds> thresholds(
      TopologyConfig config, Serde<Thresholds> serde) {
    return new WithStores<>(
        () ->
            new FleetThresholds(
                config.thresholdsInterval(), config.slice(), config.horizon(), config.rule()),
        Set.of(
            store(FleetThresholds.SLICES, PartialCodec.serde()),
            store(FleetThresholds.PUBLISHED, serde)));
  }

  // Cached, so that the many updates of a partial between two commits reach the changelog once.
  private static <V> StoreBuilder<?> store(String name, Serde<V> serde) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), serde)
        .withCachingEnabled();
  }

  /** A processor and the stores that are its own. */
  private record WithStores<KI, VI, KO, VO>(
      ProcessorSupplier<KI, VI, KO, VO> processor, Set<StoreBuilder<?>> stores)
      implements ProcessorSupplier<KI, VI, KO, VO> {
    @Override
    public Processor<KI, VI, KO, VO> get() {
      return processor.get();
    }
  }
}
