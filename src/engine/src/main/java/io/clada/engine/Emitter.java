package io.clada.engine;

import io.clada.engine.GenerationSpec.Emitted;
import io.clada.engine.clada.LoadMonitor;
import io.clada.engine.text.StopStrings;
import io.clada.engine.text.TextStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a generation's tokens to what its listener is told: text without stop strings, cognitive
 * load, update windows, and how it ended.
 */
final class Emitter {
  private final Settings settings;
  private final Set<Integer> endings;
  private final int promptTokens;
  private final int maxNewTokens;
  private final double log2Vocabulary;
  private final TextStream text;
  private final StopStrings stops;
  private final LoadMonitor monitor;
  private final GenerationAccount account;
  private int index;
  private CognitiveLoad load = CognitiveLoad.MEDIUM;
  private boolean finished;

  /**
   * @param endings tokens that end a text
   * @param text behind the prompt
   */
  Emitter(
      GenerationSpec spec,
      Settings settings,
      PromptReader.Prompt prompt,
      Set<Integer> endings,
      int vocabulary,
      TextStream text,
      GenerationAccount account) {
    this.settings = settings;
    this.endings = endings;
    this.text = text;
    this.account = account;
    promptTokens = prompt.ids().length;
    maxNewTokens = prompt.maxNewTokens();
    log2Vocabulary = Math.log(vocabulary) / Math.log(2);
    stops = new StopStrings(spec.stop());
    monitor = settings.loadMonitor(spec.thresholds());
  }

  /**
   * Replays what an earlier attempt generated through everything that remembers, so that the text
   * goes on where it stopped.
   *
   * @return how those tokens had ended the generation already; null if they had not
   */
  @Nullable FinishReason replay(List<Emitted> emitted) {
    FinishReason ended = null;
    for (Emitted token : emitted) {
      index++;
      stops.add(text.add(token.tokenId()));
      load = monitor.add(token.surprisal() / log2Vocabulary, token.entropy() / log2Vocabulary);
      if (stops.matched() || endings.contains(token.tokenId())) {
        ended = FinishReason.STOP;
      }
    }
    return ended == null && index >= maxNewTokens ? FinishReason.LENGTH : ended;
  }

  /** Index of the token to come. */
  int index() {
    return index;
  }

  /** Of the last token. */
  CognitiveLoad load() {
    return load;
  }

  boolean finished() {
    return finished;
  }

  /** What load a token would have, that is not there yet. */
  CognitiveLoad loadOf(double surprisalBits, double entropyBits) {
    return monitor.classify(surprisalBits / log2Vocabulary, entropyBits / log2Vocabulary);
  }

  /**
   * The next token.
   *
   * @param energy for the finish, if this is the last
   */
  GeneratedToken next(
      int tokenId, double surprisalBits, double entropyBits, @Nullable List<float[]> energy) {
    double surprisal = surprisalBits / log2Vocabulary;
    double entropy = entropyBits / log2Vocabulary;
    account.openWindow(index, monitor);
    load = monitor.add(surprisal, entropy);
    account.token(load, surprisal, entropy);
    FinishReason reason = null;
    String delta;
    if (endings.contains(tokenId)) {
      reason = FinishReason.STOP;
      delta = stops.add(text.finish());
    } else {
      delta = stops.add(text.add(tokenId));
      if (stops.matched()) {
        reason = FinishReason.STOP;
      } else if (index + 1 >= maxNewTokens) {
        reason = FinishReason.LENGTH;
        delta += stops.add(text.finish());
      }
    }
    if (reason != null) {
      delta += stops.finish();
      finished = true;
    }
    index++;
    boolean windowEnds = reason != null || index % settings.updateWindow() == 0;
    return new GeneratedToken(
        index - 1,
        tokenId,
        delta,
        surprisalBits,
        entropyBits,
        load,
        account.lastActiveNeuronRatio(),
        account.lastWeightsReadRatio(),
        windowEnds ? account.closeWindow() : null,
        reason == null ? null : finish(reason, null, energy));
  }

  /**
   * Ends the generation before its next token, which this makes: one without a token of its own.
   */
  GeneratedToken end(
      FinishReason reason, @Nullable String message, @Nullable List<float[]> energy) {
    finished = true;
    return new GeneratedToken(
        index,
        null,
        stops.matched() ? "" : stops.add(text.finish()) + stops.finish(),
        0,
        0,
        load,
        0,
        0,
        account.windowIsOpen() ? account.closeWindow() : null,
        finish(reason, message, energy));
  }

  private Finish finish(
      FinishReason reason, @Nullable String message, @Nullable List<float[]> energy) {
    return account.finish(reason, message, promptTokens, index, energy);
  }
}
