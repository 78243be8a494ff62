package io.clada.engine.calibrate;

import io.clada.engine.clada.NeuronSet;
import io.clada.engine.decoder.CompactWeights;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Site;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores the continuations with a set of neurons that never changes: what a batch shares, or mode
 * {@code griffin}.
 */
final class SetTrial {
  /** Texts that share a set. */
  static final int BATCH = 4;

  private final Decoder decoder;
  private final List<Reading> readings;
  private final Meter meter;

  SetTrial(Decoder decoder, List<Reading> readings, Meter meter) {
    this.decoder = decoder;
    this.readings = readings;
    this.meter = meter;
  }

  /** With sets that {@link #BATCH} texts share. */
  Score shared(double ratio) {
    return run(ratio, BATCH);
  }

  /** With each text's own set, by GRIFFIN's statistic. */
  Score griffin(double ratio) {
    return run(ratio, 1);
  }

  /** The share of neurons at which this share of the weights is read; less than 0 if none is. */
  double ratioReading(double weightsRead) {
    long[] inputs = decoder.weights().inputs();
    long[] outputs = decoder.weights().outputs();
    double ffn = 0;
    for (int matrix = 0; matrix < inputs.length; matrix++) {
      Site site = Site.of(matrix);
      ffn += site == Site.GATE_UP || site == Site.DOWN ? inputs[matrix] * outputs[matrix] : 0;
    }
    return 1 - (1 - weightsRead) * (decoder.weights().all() + decoder.headWeights()) / ffn;
  }

  private int neurons() {
    return decoder.config().intermediateSize();
  }

  private Score run(double ratio, int together) {
    int least = Math.max(ForcedStream.MIN_ACTIVE_NEURONS, (int) Math.round(ratio * neurons()));
    int kept = Math.min(neurons(), least);
    Keep dense = Keep.dense(decoder.config().layers());
    List<double[]> bits = new ArrayList<>();
    try (CompactWeights compact = decoder.compact(kept)) {
      for (int from = 0; from < readings.size(); from += together) {
        List<Reading> group = readings.subList(from, Math.min(from + together, readings.size()));
        compact.assign(
            NeuronSet.top(together == 1 ? group.get(0).importance() : energy(group), kept));
        for (Reading reading : group) {
          bits.add(
              reading.bits(
                  decoder.run(compact.weights(), dense, List.of(reading.continuation(false)))));
          meter.advance(reading.passage().scored());
        }
      }
      double head = decoder.headWeights();
      double read = (compact.weights().all() + head) / (decoder.weights().all() + head);
      return new Score(bits, read, (double) kept / neurons());
    }
  }

  /** Summed over the group's prompts (method, section 5), without a backbone. */
  private float[][] energy(List<Reading> group) {
    float[][] sum = new float[decoder.config().layers()][neurons()];
    for (Reading reading : group) {
      for (int layer = 0; layer < sum.length; layer++) {
        float[] share = reading.energy().get(layer);
        for (int neuron = 0; neuron < share.length; neuron++) {
          sum[layer][neuron] += share[neuron] * reading.passage().prompt();
        }
      }
    }
    return sum;
  }
}
