package io.clada.bench;

import io.clada.engine.Backbone;
import io.clada.engine.CladaModel;
import io.clada.engine.Finish;
import io.clada.engine.FleetThresholds;
import io.clada.engine.Generation;
import io.clada.engine.GenerationSpec;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.Scoring;
import io.clada.engine.SparsityParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How well sets of neurons serve that are chosen from the first few tokens of a text: the rest of
 * the text is scored, token by token, save the first, which the dense prefill predicts.
 */
final class BackboneTrial {
  private final CladaModel model;
  private final double keep;
  private final int promptTokens;
  private final int scored;

  /**
   * @param keep share of the neurons in a set
   * @param promptTokens most tokens of a prompt
   * @param scored most tokens of a text that are scored
   */
  BackboneTrial(CladaModel model, double keep, int promptTokens, int scored) {
    this.model = model;
    this.keep = keep;
    this.promptTokens = promptTokens;
    this.scored = scored;
  }

  /**
   * What came of it.
   *
   * @param perplexity two to the mean surprisal
   * @param tokens that were scored
   */
  record Outcome(double perplexity, long tokens) {}

  /** A prompt and what follows it. */
  private record Cut(String prompt, String rest) {}

  /** Each neuron's share of the energy over a prompt, {@code [layers][neurons]}. */
  List<float[]> energy(String prompt) {
    @Nullable Finish finish = null;
    try (Generation generation = model.generate(spec(prompt, Mode.DENSE, null, 1))) {
      while (generation.hasNext()) {
        finish = generation.next().finish();
      }
    }
    return Objects.requireNonNull(Objects.requireNonNull(finish).neuronEnergy());
  }

  /** The first tokens of a text, as a prompt. */
  String prompt(String text, int tokens) {
    return cut(text, tokens).prompt();
  }

  Outcome dense(List<String> texts) {
    return outcome(texts, Mode.DENSE, null);
  }

  /**
   * @param backbone null: GRIFFIN's own statistic alone
   */
  Outcome griffin(List<String> texts, @Nullable Backbone backbone) {
    return outcome(texts, Mode.GRIFFIN, backbone);
  }

  private Outcome outcome(List<String> texts, Mode mode, @Nullable Backbone backbone) {
    double bits = 0;
    long tokens = 0;
    for (String text : texts) {
      Cut cut = cut(text, promptTokens);
      try (Scoring scoring = model.score(spec(cut.prompt(), mode, backbone, null), cut.rest())) {
        for (int i = 0; i <= scored && scoring.hasNext(); i++) {
          double surprisal = scoring.next().token().surprisal();
          bits += i == 0 ? 0 : surprisal;
          tokens += i == 0 ? 0 : 1;
        }
      }
    }
    return new Outcome(Math.pow(2, bits / tokens), tokens);
  }

  /** Between two words, so that the prompt has as many tokens as possible, and no more. */
  private Cut cut(String text, int most) {
    List<Integer> ends = new ArrayList<>();
    for (int i = 1; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
        ends.add(i);
      }
    }
    int end = ends.isEmpty() ? 1 : ends.get(0);
    for (int next : ends) {
      if (tokens(text.substring(0, next)) > most) {
        break;
      }
      end = next;
    }
    return new Cut(text.substring(0, end), text.substring(end));
  }

  private int tokens(String prompt) {
    try {
      return model.validate(spec(prompt, Mode.DENSE, null, 1));
    } catch (InvalidRequestException e) {
      return Integer.MAX_VALUE;
    }
  }

  private GenerationSpec spec(
      String prompt, Mode mode, @Nullable Backbone backbone, @Nullable Integer maxNewTokens) {
    return new GenerationSpec(
        "trial",
        prompt,
        true,
        mode,
        maxNewTokens,
        false,
        List.of(),
        new SamplingParameters(false, null, null, null, null, 1),
        new SparsityParameters(null, null, keep, null, null, null, null, null, null),
        FleetThresholds.DEFAULT,
        backbone,
        List.of());
  }
}
