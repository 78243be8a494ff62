package io.clada.engine;

import io.clada.engine.PromptReader.Prompt;
import io.clada.engine.clada.CounterRandom;
import io.clada.engine.clada.KeepPolicy;
import io.clada.engine.clada.LoadMonitor;
import io.clada.engine.clada.NeuronSet;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Sequence;
import io.clada.engine.decoder.Step;
import io.clada.engine.decoder.Weights;
import io.clada.engine.text.StopStrings;
import io.clada.engine.text.TextStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The path of one request through the model: prompt, dense prefill, then one decode step per token
 * until the token that carries a {@link Finish}. Runs on the caller's thread, which is the only one
 * that may use it; each {@link #next} is one pass over the weights.
 */
public final class Generation implements Iterator<GeneratedToken>, AutoCloseable {
  /**
   * Positions computed at once in the prefill: enough to be bound by arithmetic, little enough
   * memory for attention scores.
   */
  private static final int PREFILL_CHUNK = 128;

  private final CladaModel model;
  private final Decoder decoder;
  private final GenerationSpec spec;
  private final Settings settings;
  private final int promptTokens;
  private final int maxNewTokens;
  private final Sequence sequence;
  private final TextStream text;
  private final StopStrings stops;
  private final LoadMonitor monitor;
  private final GenerationAccount account;
  private final double log2Vocabulary;
  private final Keep dense;
  private int length;
  private int index;
  private CognitiveLoad load = CognitiveLoad.MEDIUM;
  private @Nullable KeepPolicy policy;
  private Weights weights;
  private @Nullable FinishReason endedBefore;
  private boolean started;
  private boolean finished;

  Generation(
      CladaModel model, GenerationSpec spec, Settings settings, Prompt prompt, long submitted) {
    this.model = model;
    this.spec = spec;
    this.settings = settings;
    decoder = model.decoder();
    weights = decoder.weights();
    dense = Keep.dense(model.config().layers());
    promptTokens = prompt.ids().length;
    maxNewTokens = prompt.maxNewTokens();
    log2Vocabulary = Math.log(model.config().vocabSize()) / Math.log(2);
    monitor = settings.loadMonitor(spec.thresholds());
    stops = new StopStrings(spec.stop());
    text = model.tokenizer().stream(prompt.ids());
    account =
        new GenerationAccount(
            submitted, model.config().layers(), model.config().intermediateSize());
    int[] ids = resume(prompt.ids());
    sequence = decoder.sequence(ids, Math.max(ids.length, promptTokens + maxNewTokens));
    length = ids.length;
  }

  /**
   * Replays what an earlier attempt generated through everything that remembers, so that the text
   * goes on where it stopped.
   */
  private int[] resume(int[] prompt) {
    List<GenerationSpec.Emitted> emitted = spec.resumeFrom();
    int[] ids = new int[prompt.length + emitted.size()];
    System.arraycopy(prompt, 0, ids, 0, prompt.length);
    for (GenerationSpec.Emitted token : emitted) {
      ids[prompt.length + index++] = token.tokenId();
      stops.add(text.add(token.tokenId()));
      load = monitor.add(token.surprisal() / log2Vocabulary, token.entropy() / log2Vocabulary);
      if (stops.matched() || endsText(token.tokenId())) {
        endedBefore = FinishReason.STOP;
      }
    }
    if (endedBefore == null && index >= maxNewTokens) {
      endedBefore = FinishReason.LENGTH;
    }
    return ids;
  }

  @Override
  public boolean hasNext() {
    return !finished;
  }

  @Override
  public GeneratedToken next() {
    if (finished) {
      throw new NoSuchElementException("the generation has ended");
    }
    if (endedBefore != null) {
      return end(endedBefore, null);
    }
    account.beginStep();
    Weights read = weights; // the prefill may settle on others
    Step step = started ? decode() : prefill();
    account.endStep(activeNeurons(step), weightsRead(read, step), !started);
    started = true;
    length++;
    return emit(step);
  }

  /**
   * All positions so far, dense, in chunks; draws the first token and settles what the next steps
   * keep. Statistics are the prompt's alone, so that a resumed generation settles on the same.
   */
  private Step prefill() {
    int start = 0;
    int end = chunkEnd(start);
    while (end < length) {
      decoder.fill(sequence, start, end - start, start < promptTokens);
      start = end;
      end = chunkEnd(start);
    }
    boolean prompt = start < promptTokens;
    Step step =
        decoder.run(weights, sequence, start, end - start, dense, prompt, settings.draw(uniform()));
    switch (spec.mode()) {
      case DENSE, EXACT -> {}
      case GRIFFIN ->
          weights =
              decoder.compact(
                  NeuronSet.top(
                      sequence.importance(),
                      settings.ffnReductionRatio(),
                      settings.minActiveNeurons()));
      case CLADA ->
          policy =
              new KeepPolicy(
                  weights.inputs(),
                  model.profile(),
                  settings.keepRatios(model.profile(), model.config().layers()),
                  settings.minActiveNeurons(),
                  settings.smartNeuronInit() ? sequence.magnitudes() : null,
                  sequence.collected());
    }
    return step;
  }

  private int chunkEnd(int start) {
    return Math.min(start + PREFILL_CHUNK, start < promptTokens ? promptTokens : length);
  }

  private Step decode() {
    Keep keep = policy == null ? dense : policy.after(load);
    return decoder.run(weights, sequence, length - 1, 1, keep, false, settings.draw(uniform()));
  }

  private boolean endsText(int token) {
    return model.config().eosTokenIds().contains(token);
  }

  private double uniform() {
    return CounterRandom.uniform(spec.sampling().seed(), index);
  }

  private GeneratedToken emit(Step step) {
    double surprisal = step.surprisal() / log2Vocabulary;
    double entropy = step.entropy() / log2Vocabulary;
    account.openWindow(index, monitor);
    load = monitor.add(surprisal, entropy);
    account.token(load, surprisal, entropy);
    FinishReason reason = null;
    String delta;
    if (endsText(step.token())) {
      reason = FinishReason.STOP;
      delta = stops.add(text.finish());
    } else {
      delta = stops.add(text.add(step.token()));
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
        step.token(),
        delta,
        step.surprisal(),
        step.entropy(),
        load,
        account.lastActiveNeuronRatio(),
        account.lastWeightsReadRatio(),
        windowEnds ? account.closeWindow() : null,
        reason == null ? null : finish(reason, null));
  }

  /**
   * Ends the generation before its next token, which this makes: one without a token of its own.
   */
  GeneratedToken end(FinishReason reason, @Nullable String message) {
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
        finish(reason, message));
  }

  private Finish finish(FinishReason reason, @Nullable String message) {
    return account.finish(
        reason, message, promptTokens, index, started ? decoder.energy(sequence) : null);
  }

  private double[] activeNeurons(Step step) {
    double[] active = new double[model.config().layers()];
    for (int layer = 0; layer < active.length; layer++) {
      active[layer] = step.activeNeurons(layer);
    }
    return active;
  }

  private double weightsRead(Weights from, Step step) {
    long head = decoder.headWeights();
    return (double) (from.read(step.used()) + head) / (decoder.weights().all() + head);
  }

  @Override
  public void close() {
    finished = true;
    if (weights != decoder.weights()) {
      weights.close();
    }
    sequence.close();
  }
}
