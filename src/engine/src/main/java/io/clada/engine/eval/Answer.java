package io.clada.engine.eval;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
import io.clada.engine.Generation;
import io.clada.engine.LoadWindow;
import io.clada.engine.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * A generated answer with all that was observed on the way.
 *
 * @param tokens those with a token of their own, with their update window's thresholds
 */
record Answer(String text, List<TokenTrace> tokens, List<LoadWindow> windows, Finish finish) {

  /** Runs a generation to its end. */
  static Answer of(Generation generation, String mode, long example, LongSupplier nanos) {
    StringBuilder text = new StringBuilder();
    List<TokenTrace> traces = new ArrayList<>();
    List<LoadWindow> windows = new ArrayList<>();
    List<GeneratedToken> open = new ArrayList<>();
    List<Double> latencies = new ArrayList<>();
    Finish finish = null;
    while (finish == null) {
      long begin = nanos.getAsLong();
      GeneratedToken token = generation.next();
      finish = token.finish();
      text.append(token.text());
      if (token.tokenId() != null) {
        open.add(token);
        latencies.add((nanos.getAsLong() - begin) / 1e6);
      }
      LoadWindow window = token.window();
      if (window != null) {
        windows.add(window);
        traces.addAll(traces(open, latencies, window, mode, example));
        open.clear();
        latencies.clear();
      }
    }
    return new Answer(text.toString(), traces, windows, finish);
  }

  private static List<TokenTrace> traces(
      List<GeneratedToken> tokens,
      List<Double> latencies,
      LoadWindow window,
      String mode,
      long example) {
    double bits = bitsPerUnit(tokens, window);
    List<TokenTrace> traces = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      GeneratedToken token = tokens.get(i);
      traces.add(
          new TokenTrace(
              mode,
              example,
              token.index(),
              Objects.requireNonNull(token.tokenId()),
              token.text(),
              token.surprisal(),
              token.entropy(),
              window.surprisalThreshold() * bits,
              window.entropyThreshold() * bits,
              token.load(),
              token.activeNeuronRatio(),
              token.weightsReadRatio(),
              latencies.get(i),
              i == tokens.size() - 1 ? window.reanalyses() : 0));
    }
    return traces;
  }

  /** A window normalises by log2 of the vocabulary's size; both give the same sum. */
  private static double bitsPerUnit(List<GeneratedToken> tokens, LoadWindow window) {
    double bits = tokens.stream().mapToDouble(t -> t.surprisal() + t.entropy()).sum();
    double units = 0;
    for (int i = 0; i < window.tokens(); i++) {
      units += window.surprisals().get(i) + window.entropies().get(i);
    }
    return units > 0 ? bits / units : 0;
  }

  static String name(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
