package io.clada.cli;

import io.clada.client.Answer;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one or several answers took.
 *
 * @param tokens generated
 * @param decodeSteps tokens after the first of each answer, which the prefill makes
 * @param decodeSeconds from the first token to the last, added up
 * @param weightsRead mean share of the weights read per decode step; dense reads 1
 * @param neurons mean share of the FFN neurons computed per decode step; dense computes 1
 * @param loads tokens by cognitive load
 */
record Tally(
    int tokens,
    int decodeSteps,
    double decodeSeconds,
    double timeToFirstTokenSeconds,
    double weightsRead,
    double neurons,
    Map<CognitiveLoad, Integer> loads) {

  /** Of answers whose tokens carry one attempt each. */
  static Tally of(List<Answer> answers) {
    int tokens = 0;
    int steps = 0;
    double seconds = 0;
    double first = 0;
    double weights = 0;
    double neurons = 0;
    Map<CognitiveLoad, Integer> loads = new EnumMap<>(CognitiveLoad.class);
    for (Answer answer : answers) {
      for (TokenEvent token : answer.events()) {
        if (token.getTokenId() != null) {
          tokens++;
          loads.merge(token.getLoad(), 1, Integer::sum);
          if (token.getTokenIndex() > 0) {
            steps++;
            weights += token.getWeightsReadRatio();
            neurons += token.getActiveNeuronRatio();
          }
        }
        Timings timings = token.getTimings();
        if (timings != null) {
          seconds += timings.getDecodeSeconds();
          first += timings.getTimeToFirstTokenSeconds() / answers.size();
        }
      }
    }
    return new Tally(
        tokens,
        steps,
        seconds,
        first,
        steps == 0 ? 1 : weights / steps,
        steps == 0 ? 1 : neurons / steps,
        loads);
  }

  /** Decode steps per second; 0 if there was none. */
  double tokensPerSecond() {
    return decodeSeconds > 0 ? decodeSteps / decodeSeconds : 0;
  }

  /** Tokens of low, medium and high load in percent, as {@code 51/34/15}. */
  String loadMix() {
    return percent(CognitiveLoad.LOW)
        + "/"
        + percent(CognitiveLoad.MEDIUM)
        + "/"
        + percent(CognitiveLoad.HIGH);
  }

  private long percent(CognitiveLoad load) {
    return tokens == 0 ? 0 : Math.round(100.0 * loads.getOrDefault(load, 0) / tokens);
  }

  /** One line for people. */
  String line(Finish finish) {
    return String.format(
        Locale.ROOT,
        "%d tokens, %.1f tokens/s, first token after %.0f ms, weights read %.2f of dense, neurons"
            + " computed %.2f, load low/medium/high %s %%, finish %s",
        tokens,
        tokensPerSecond(),
        timeToFirstTokenSeconds * 1000,
        weightsRead,
        neurons,
        loadMix(),
        finish);
  }
}
