package io.clada.topology;

import io.clada.schemas.neurons.Levels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Shares of a layer's neurons, summed over requests, of which older ones weigh less: half as much
 * for each half-life. Weights are relative to a moment (forward decay, Cormode et al., ICDE 2009),
 * so that sums merge in any order and requests may come in any order.
 *
 * <p>Mutable and not thread-safe.
 */
final class NeuronSums {
  private static final SingleObject FORMAT = SingleObject.ofResource("NeuronSums.avsc");

  private final String model;
  private final int layer;
  private double[] shares;
  private double requests;
  private long at;

  private NeuronSums(String model, int layer, long at, double requests, double[] shares) {
    this.model = model;
    this.layer = layer;
    this.at = at;
    this.requests = requests;
    this.shares = shares;
  }

  static NeuronSums empty(String model, int layer, int neurons, long at) {
    return new NeuronSums(model, layer, at, 0, new double[neurons]);
  }

  /**
   * Adds one request's layer, its shares scaled to add up to 1; one of only zeros says nothing and
   * is left out.
   *
   * @param moment of the request, ms since the epoch
   * @param halfLife ms
   */
  void add(Levels levels, long moment, long halfLife) {
    double sum = levels.sum();
    if (sum == 0 || !fits(levels.size(), moment)) {
      return;
    }
    double weight = weightAt(moment, halfLife);
    requests += weight;
    for (int i = 0; i < shares.length; i++) {
      shares[i] += weight * levels.relative(i) / sum;
    }
  }

  void merge(NeuronSums other, long halfLife) {
    if (!fits(other.shares.length, other.at)) {
      return;
    }
    double weight = weightAt(other.at, halfLife);
    requests += weight * other.requests;
    for (int i = 0; i < shares.length; i++) {
      shares[i] += weight * other.shares[i];
    }
  }

  /**
   * A model that comes back with another width is another model: what is later counts, alone.
   *
   * @return whether the other is of this width now
   */
  private boolean fits(int neurons, long moment) {
    if (neurons != shares.length && moment >= at) {
      shares = new double[neurons];
      requests = 0;
      at = moment;
    }
    return neurons == shares.length;
  }

  /** Weight of what came then; where that is later, everything before is made lighter first. */
  private double weightAt(long moment, long halfLife) {
    if (moment <= at) {
      return Math.pow(0.5, (double) (at - moment) / halfLife);
    }
    double lighter = Math.pow(0.5, (double) (moment - at) / halfLife);
    requests *= lighter;
    for (int i = 0; i < shares.length; i++) {
      shares[i] *= lighter;
    }
    at = moment;
    return 1;
  }

  String model() {
    return model;
  }

  int layer() {
    return layer;
  }

  /** Moment of the latest request, ms since the epoch. */
  long at() {
    return at;
  }

  /** Requests, by their weights at {@link #at}. */
  double requests() {
    return requests;
  }

  int neurons() {
    return shares.length;
  }

  /** Mean shares, in eight bits; they add up to 1 before rounding. */
  Levels means() {
    return Levels.of(shares, requests);
  }

  /**
   * Half the sum of what the mean shares differ by from other shares, both scaled to add up to 1: 0
   * to 1, the total variation distance.
   */
  double distance(Levels other) {
    double sum = Arrays.stream(shares).sum();
    double otherSum = other.sum();
    if (other.size() != shares.length || sum == 0 || otherSum == 0) {
      return 1;
    }
    double distance = 0;
    for (int i = 0; i < shares.length; i++) {
      distance += Math.abs(shares[i] / sum - other.relative(i) / otherSum);
    }
    return distance / 2;
  }

  /** Key of a layer, as {@code clada.backbone} has it. */
  static String key(String model, int layer) {
    return model + "/" + layer;
  }

  /** {@link SingleObject} encoding of {@code NeuronSums.avsc}. */
  static Serde<NeuronSums> serde() {
    return Serdes.serdeFrom(
        (topic, sums) -> sums == null ? null : sums.encoded(),
        (topic, bytes) -> bytes == null ? null : decoded(FORMAT.decode(bytes)));
  }

  private byte[] encoded() {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * shares.length);
    bytes.asDoubleBuffer().put(shares);
    return FORMAT.encode(
        FORMAT
            .builder()
            .set("model", model)
            .set("layer", layer)
            .set("at", at)
            .set("requests", requests)
            .set("shares", bytes)
            .build());
  }

  private static NeuronSums decoded(GenericRecord in) {
    ByteBuffer bytes = (ByteBuffer) in.get("shares");
    double[] shares = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(shares);
    return new NeuronSums(
        in.get("model").toString(),
        (int) in.get("layer"),
        (long) in.get("at"),
        (double) in.get("requests"),
        shares);
  }
}
