package io.clada.engine;

import io.clada.engine.clada.CounterRandom;
import io.clada.engine.clada.KeepPolicy;
import io.clada.engine.decoder.Draw;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Sampling;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Sequence;
import io.clada.engine.decoder.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One generation on its way through the model: which of its positions the cache holds, what the
 * next step should compute, and what became of it. Says what to run and takes the outcome; the
 * {@link Stepper} runs it, alone or with others. Confined to the thread that runs the model.
 */
final class ActiveGeneration implements AutoCloseable {
  /**
   * Positions computed at once in the prefill: enough to be bound by arithmetic, few enough that
   * others do not wait long. Also the grain in which prefixes are shared.
   */
  static final int PREFILL_CHUNK = 128;

  private final CladaModel model;
  private final GenerationSpec spec;
  private final Settings settings;
  private final Sampling sampling;
  private final Emitter emitter;
  private final GenerationAccount account;
  private final int promptTokens;
  private final int maxNewTokens;
  private final int @Nullable [] reference;
  private final @Nullable FinishReason endedBefore;
  private final List<Sequence.Collected> snapshots = new ArrayList<>();
  private final TokenBuffer tokens; // and the drafts behind them
  private int drafts;
  private int computed;
  private int sparseFrom = -1;
  private int sinceReanalysis;
  private int likeliest;
  private @Nullable Sequence sequence;
  private @Nullable KeepPolicy policy;
  private @Nullable List<float[]> energy;
  private float @Nullable [][] importance;

  /**
   * @param reference tokens to score instead of generating any; null: generate
   * @param submitted on {@link System#nanoTime}'s clock
   */
  ActiveGeneration(
      CladaModel model,
      GenerationSpec spec,
      Settings settings,
      PromptReader.Prompt prompt,
      int @Nullable [] reference,
      long submitted) {
    this.model = model;
    this.spec = spec;
    this.settings = settings;
    this.reference = reference;
    sampling = settings.sampling();
    promptTokens = prompt.ids().length;
    maxNewTokens = prompt.maxNewTokens();
    account =
        new GenerationAccount(
            submitted, model.config().layers(), model.config().intermediateSize());
    emitter =
        new Emitter(
            spec,
            settings,
            prompt,
            reference == null ? model.config().eosTokenIds() : Set.of(),
            model.config().vocabSize(),
            model.tokenizer().stream(prompt.ids()),
            account);
    tokens = new TokenBuffer(prompt.ids());
    spec.resumeFrom().forEach(token -> tokens.add(token.tokenId()));
    endedBefore = emitter.replay(spec.resumeFrom());
  }

  GenerationSpec spec() {
    return spec;
  }

  Settings settings() {
    return settings;
  }

  GenerationAccount account() {
    return account;
  }

  /** How the tokens that it resumed from had ended it already; null: they had not. */
  @Nullable FinishReason endedBefore() {
    return endedBefore;
  }

  boolean finished() {
    return emitter.finished();
  }

  /** Index of the token to come. */
  int nextIndex() {
    return emitter.index();
  }

  /** Tokens it may still generate. */
  int tokensLeft() {
    return maxNewTokens - emitter.index();
  }

  /** Tokens it has: the prompt's and those generated. */
  int length() {
    return tokens.length() - drafts;
  }

  /** Positions that it can come to compute at most. */
  int longest() {
    return Math.max(length(), promptTokens + maxNewTokens);
  }

  int promptTokens() {
    return promptTokens;
  }

  /** Its first tokens, so many, equal these. */
  boolean startsWith(int[] other, int count) {
    return tokens.startsWith(other, count);
  }

  /** The first tokens. */
  int[] firstTokens(int count) {
    return tokens.range(0, count);
  }

  /** Whether its next token takes but a step. */
  boolean decoding() {
    return computed >= length() - 1 && computed >= promptTokens;
  }

  /** What its sequence collected over the prompt's first chunks, one entry for each whole one. */
  List<Sequence.Collected> snapshots() {
    return snapshots;
  }

  /** Its cache; there must be one. */
  Sequence sequence() {
    return Objects.requireNonNull(sequence, "a generation without a cache");
  }

  boolean hasSequence() {
    return sequence != null;
  }

  /** Whether nothing is computed yet. */
  boolean untouched() {
    return computed == 0;
  }

  /** Gives it a cache, with nothing computed. */
  void open(Sequence fresh) {
    sequence = fresh;
    computed = 0;
  }

  /** Takes over the first chunks of another's prompt, which are the same as its own. */
  void adopt(Sequence other, List<Sequence.Collected> theirs, int chunks) {
    sequence().adopt(other, chunks * PREFILL_CHUNK);
    sequence().restore(theirs.get(chunks - 1));
    snapshots.addAll(theirs.subList(0, chunks));
    computed = chunks * PREFILL_CHUNK;
  }

  /** Gives its cache up: everything will be computed again. */
  Sequence release() {
    Sequence released = sequence();
    sequence = null;
    computed = 0;
    sparseFrom = -1;
    dropDrafts();
    snapshots.clear();
    return released;
  }

  /** The next positions of the prompt, or of what was generated before; the last of them draw. */
  Segment prefillChunk() {
    account.beginPrefill();
    boolean prompt = computed < promptTokens;
    int end = Math.min(computed + PREFILL_CHUNK, prompt ? promptTokens : length());
    return segment(computed, end, prompt, end == length() ? 1 : 0);
  }

  /** The chunk is computed. */
  void prefilled(Segment chunk) {
    computed += chunk.ids().length;
    if (chunk.collect() && computed % PREFILL_CHUNK == 0) {
      snapshots.add(sequence().collected());
    }
    if (chunk.collect() && computed == promptTokens) {
      settle();
    }
  }

  /** What follows from the prompt's statistics, for good. */
  private void settle() {
    energy = model.decoder().energy(sequence());
    importance = spec.mode() == Mode.GRIFFIN ? sequence().importance() : null;
    keepBySection3();
  }

  private void keepBySection3() {
    if (spec.mode() == Mode.CLADA || spec.mode() == Mode.EXACT) {
      policy =
          model.keepPolicy(
              settings,
              spec.thresholds().keepRatioOffset(),
              settings.smartNeuronInit() ? sequence().magnitudes() : null,
              sequence().tokensCollected());
    }
  }

  /** What a sparse step keeps, after the last token. */
  Keep keep() {
    return sparsePolicy().after(emitter.load());
  }

  /** What sparse steps keep in the long run, per matrix. */
  double[] keepRatios() {
    return sparsePolicy().ratios();
  }

  /** Share of the neurons that it keeps where it shares a set of them with others. */
  double setRatio() {
    return spec.mode() == Mode.GRIFFIN ? settings.ffnReductionRatio() : model.setRatio(settings);
  }

  /** Whether given tokens are scored, instead of any being generated. */
  boolean scored() {
    return reference != null;
  }

  /** Whether sparse steps leave anything out. */
  boolean sparse() {
    return policy != null && policy.sparse();
  }

  private KeepPolicy sparsePolicy() {
    return Objects.requireNonNull(policy, "no prompt was seen yet");
  }

  /** Each neuron's share of its layer's contribution energy over the prompt, [layers][neurons]. */
  List<float[]> energy() {
    return Objects.requireNonNull(energy, "no prompt was seen yet");
  }

  /** GRIFFIN's statistic over the prompt, [layers][neurons]; only in mode {@code griffin}. */
  float[][] importance() {
    return Objects.requireNonNull(importance, "not in mode griffin, or no prompt was seen yet");
  }

  /** The last token, one draw. */
  Segment decode() {
    return segment(length() - 1, length(), false, 1);
  }

  /** Whether the last token's load calls for a dense look back (method, section 4). */
  boolean reanalysisDue() {
    int cooldown = model.reanalysisCooldown();
    return spec.mode() == Mode.CLADA
        && cooldown > 0
        && sinceReanalysis >= cooldown
        && sparseFrom >= 0
        && emitter.load() == CognitiveLoad.HIGH;
  }

  /**
   * The tokens since the last look back, at most a window of them, and one draw.
   *
   * @param alone in a call of its own, which can enrich the statistics as well
   */
  Segment reanalysis(boolean alone) {
    int from = Math.max(sparseFrom, length() - CladaModel.REANALYSIS_WINDOW);
    return segment(Math.min(from, length() - 1), length(), alone, 1);
  }

  /** The reanalysis is computed: what is kept follows what it collected from now on. */
  void reanalysed() {
    sparseFrom = -1;
    sinceReanalysis = 0;
    account.reanalysed();
    keepBySection3();
  }

  /** A step over the last token is computed. */
  void decoded(boolean dense) {
    computed = length();
    sinceReanalysis++;
    if (!dense && sparseFrom < 0) {
      sparseFrom = length() - 1;
    }
  }

  /** Tokens drafted and not verified yet. */
  int drafts() {
    return drafts;
  }

  /** The last token or draft, one draw; sparse. */
  Segment draft() {
    int end = tokens.length();
    return segment(end - 1, end, false, List.of(draw(drafts)));
  }

  /**
   * A draft is there.
   *
   * @return whether it makes sense to draft on: not behind a token of high load
   */
  boolean drafted(Step step) {
    tokens.add(step.token());
    drafts++;
    return emitter.loadOf(step.surprisal(), step.entropy()) != CognitiveLoad.HIGH;
  }

  /** The last token and all drafts, dense, with the dense model's own draw behind each. */
  Segment verification() {
    List<Draw> draws = IntStream.rangeClosed(0, drafts).mapToObj(this::draw).toList();
    return segment(length() - 1, tokens.length(), false, draws);
  }

  /**
   * Takes the dense model's tokens as far as the drafts agree with them, and the first that
   * differs.
   *
   * @return how many of the steps are the generation's
   */
  int verified(List<Step> steps) {
    int accepted = 0;
    while (accepted < drafts && steps.get(accepted).token() == tokens.get(length() + accepted)) {
      accepted++;
    }
    account.drafts(drafts, accepted);
    dropDrafts();
    return accepted + 1;
  }

  private void dropDrafts() {
    tokens.cut(length());
    drafts = 0;
  }

  /** The next token; not after the last. */
  GeneratedToken emit(Step step) {
    likeliest = step.token();
    int token = reference == null ? step.token() : reference[emitter.index()];
    tokens.add(token);
    computed = length() - 1;
    return emitter.next(token, step.surprisal(), step.entropy(), energy);
  }

  /** The token that the model thought likeliest where the last one was scored. */
  int likeliest() {
    return likeliest;
  }

  /** Ends the generation with a token that has none of its own. */
  GeneratedToken end(FinishReason reason, @Nullable String message) {
    return emitter.end(reason, message, energy);
  }

  private Segment segment(int from, int to, boolean collect, int draws) {
    return segment(from, to, collect, draws == 0 ? List.of() : List.of(draw(0)));
  }

  private Segment segment(int from, int to, boolean collect, List<Draw> draws) {
    int[] said = tokens.range(0, sampling.repetitionPenalty() == 1 ? 0 : from);
    return new Segment(sequence(), from, tokens.range(from, to), collect, draws, sampling, said);
  }

  private Draw draw(int ahead) {
    int index = emitter.index() + ahead;
    return reference == null
        ? Draw.by(CounterRandom.uniform(spec.sampling().seed(), index))
        : Draw.scoring(reference[index]);
  }

  @Override
  public void close() {
    if (sequence != null) {
      sequence.close();
      sequence = null;
    }
  }
}
