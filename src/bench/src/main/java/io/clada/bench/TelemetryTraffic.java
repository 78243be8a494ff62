package io.clada.bench;

import io.clada.schemas.LoadTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Telemetry as a fleet sends it: ten tokens a record, surprisals of a skewed distribution. A few
 * thousand different records, encoded once, are sent again and again under keys of their own.
 */
final class TelemetryTraffic {
  private static final int TOKENS = 10;
  private static final int DIFFERENT = 2_000;

  private final MeasuredTopology topology;
  private final List<byte[]> records = new ArrayList<>();
  private long sent;

  TelemetryTraffic(MeasuredTopology topology, int models, int layers) {
    this.topology = topology;
    Random random = new Random(1);
    String topic = topology.topics().telemetry();
    for (int i = 0; i < DIFFERENT; i++) {
      LoadTelemetry record = record("model-" + i % models, layers, random);
      records.add(topology.bytes(topic, LoadTelemetry.class, record));
    }
  }

  void send(long count) {
    for (long i = 0; i < count; i++) {
      int index = (int) (sent % DIFFERENT);
      topology.send(topology.topics().telemetry(), "request-" + sent, records.get(index));
      sent++;
    }
    topology.flush();
  }

  private static LoadTelemetry record(String model, int layers, Random random) {
    return LoadTelemetry.newBuilder()
        .setId("request-" + random.nextInt(1_000_000))
        .setModel(model)
        .setFirstTokenIndex(10)
        .setTokens(TOKENS)
        .setSurprisals(values(TOKENS, random))
        .setEntropies(values(TOKENS, random))
        .setLowLoadTokens(5)
        .setMediumLoadTokens(3)
        .setHighLoadTokens(2)
        .setActiveNeuronRatio(0.5f)
        .setActiveNeuronRatioByLayer(values(layers, random))
        .setWeightsReadRatio(0.75f)
        .setDecodeSeconds(0.1 + random.nextDouble())
        .setTimeToFirstTokenSeconds(random.nextInt(4) == 0 ? (Double) random.nextDouble() : null)
        .setLast(random.nextInt(4) == 0)
        .build();
  }

  private static List<Float> values(int count, Random random) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add((float) Math.pow(random.nextDouble(), 3));
    }
    return values;
  }
}
