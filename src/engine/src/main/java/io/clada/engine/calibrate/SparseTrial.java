package io.clada.engine.calibrate;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Outcome;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Site;
import io.clada.engine.decoder.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Scores the continuations as mode {@code clada} would have generated them, token by token, but
 * many tokens in each pass over the weights: what a token's own step would leave out counts as
 * zero. On the CPU that takes a fraction of the time of the steps whose numbers it gives.
 */
final class SparseTrial {
  /** Texts that take a step together. */
  private static final int TOGETHER = 64;

  private final Decoder decoder;
  private final List<Reading> readings;
  private final Meter meter;
  private final Weights weights;
  private double read;
  private double active;
  private long steps;

  SparseTrial(Decoder decoder, List<Reading> readings, Meter meter) {
    this.decoder = decoder;
    this.readings = readings;
    this.meter = meter;
    this.weights = decoder.weights();
  }

  Score run(Profile profile) {
    read = 0;
    active = 0;
    steps = 0;
    boolean moves = profile.loadSwing() > 0 || profile.reanalysisCooldown() > 0;
    List<double[]> bits = moves ? stepwise(profile) : whole(profile);
    return new Score(bits, read / steps, active / steps);
  }

  /** Where no step depends on the one before, a text's steps fit in one pass. */
  private List<double[]> whole(Profile profile) {
    List<double[]> bits = new ArrayList<>();
    for (Reading reading : readings) {
      Segment continuation = reading.continuation(false);
      int rows = continuation.ids().length;
      Keep keep = new ForcedStream(decoder, reading, profile).keep();
      Outcome outcome =
          decoder.run(weights, Keep.ofRows(Collections.nCopies(rows, keep)), List.of(continuation));
      account(outcome, rows);
      meter.advance(rows);
      bits.add(reading.bits(outcome));
    }
    return bits;
  }

  /** A step of many texts in each pass. */
  private List<double[]> stepwise(Profile profile) {
    List<double[]> bits = new ArrayList<>();
    for (int from = 0; from < readings.size(); from += TOGETHER) {
      List<Reading> group = readings.subList(from, Math.min(from + TOGETHER, readings.size()));
      List<ForcedStream> streams =
          group.stream().map(reading -> new ForcedStream(decoder, reading, profile)).toList();
      List<ForcedStream> going = streams;
      while (!going.isEmpty()) {
        step(going);
        going = going.stream().filter(stream -> !stream.finished()).toList();
      }
      for (ForcedStream stream : streams) {
        bits.add(stream.bits());
        stream.close();
      }
    }
    return bits;
  }

  private void step(List<ForcedStream> streams) {
    List<ForcedStream> sparse = new ArrayList<>();
    for (ForcedStream stream : streams) {
      if (stream.reanalysisDue()) {
        Outcome outcome = run(Keep.dense(decoder.config().layers()), List.of(stream.reanalysis()));
        account(outcome, 1);
        stream.reanalysed(outcome.steps().get(0).get(0));
      } else {
        sparse.add(stream);
      }
    }
    if (!sparse.isEmpty()) {
      Keep keep = Keep.ofRows(sparse.stream().map(ForcedStream::keep).toList());
      Outcome outcome = run(keep, sparse.stream().map(ForcedStream::step).toList());
      account(outcome, sparse.size());
      for (int i = 0; i < sparse.size(); i++) {
        sparse.get(i).stepped(outcome.steps().get(i).get(0));
      }
    }
  }

  private Outcome run(Keep keep, List<Segment> segments) {
    Outcome outcome = decoder.run(weights, keep, segments);
    meter.advance(segments.size());
    return outcome;
  }

  private void account(Outcome outcome, int streams) {
    long[] inputs = weights.inputs();
    long[] outputs = weights.outputs();
    double used = decoder.headWeights();
    double neurons = 0;
    for (int matrix = 0; matrix < inputs.length; matrix++) {
      used += outcome.used()[matrix] * outputs[matrix];
      if (Site.of(matrix) == Site.DOWN) {
        neurons += outcome.used()[matrix] / inputs[matrix] * Site.COUNT / inputs.length;
      }
    }
    read += streams * used / (weights.all() + decoder.headWeights());
    active += streams * neurons;
    steps += streams;
  }
}
