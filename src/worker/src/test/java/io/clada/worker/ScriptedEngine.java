package io.clada.worker;

import io.clada.engine.ChatMessage;
import io.clada.engine.CognitiveLoad;
import io.clada.engine.Engine;
import io.clada.engine.EngineStats;
import io.clada.engine.Finish;
import io.clada.engine.FinishReason;
import io.clada.engine.GeneratedToken;
import io.clada.engine.GenerationSpec;
import io.clada.engine.GenerationSpec.Emitted;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.LoadWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An engine whose every step the test takes. What it generates depends on the seed and the index
 * alone, so that a resumed generation can be told from one that began again. As the real one may,
 * it keeps a cancelled generation until it gets round to it ({@link #settle}).
 */
final class ScriptedEngine implements Engine {
  static final String MODEL = "scripted";

  private final String model;
  private final int slots;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final List<GenerationSpec> submitted = new ArrayList<>();
  private final List<String> cancelled = new ArrayList<>();
  private Consumer<GenerationSpec> onSubmit = spec -> {};
  private Consumer<GenerationSpec> onValidate = spec -> {};
  private List<float[]> energy = List.of(new float[] {0.5f, 0.25f, 0.25f, 0});
  private boolean alive = true;

  private static final class Running {
    private final GenerationSpec spec;
    private final Consumer<GeneratedToken> listener;
    private int next;
    private boolean cancelled;

    private Running(GenerationSpec spec, Consumer<GeneratedToken> listener) {
      this.spec = spec;
      this.listener = listener;
      this.next = spec.resumeFrom().size();
    }
  }

  ScriptedEngine() {
    this(MODEL, 32);
  }

  ScriptedEngine(String model, int slots) {
    this.model = model;
    this.slots = slots;
  }

  @Override
  public String modelName() {
    return model;
  }

  @Override
  public synchronized List<Integer> neurons() {
    return energy.stream().map(layer -> layer.length).toList();
  }

  @Override
  public synchronized int validate(GenerationSpec spec) {
    onValidate.accept(spec);
    if (spec.prompt().equals("too long")) {
      throw new InvalidRequestException("prompt", "9 tokens; the context leaves room for 8");
    }
    if (spec.prompt().equals("trips the tokenizer")) {
      throw new IllegalStateException("tokenizer");
    }
    return 5;
  }

  @Override
  public synchronized void submit(GenerationSpec spec, Consumer<GeneratedToken> listener) {
    if (running.putIfAbsent(spec.id(), new Running(spec, listener)) != null) {
      throw new IllegalArgumentException(spec.id() + " is queued or running");
    }
    submitted.add(spec);
    onSubmit.accept(spec);
  }

  @Override
  public synchronized void cancel(String id) {
    Running generation = running.get(id);
    if (generation != null) {
      generation.cancelled = true;
      cancelled.add(id);
    }
  }

  @Override
  public String renderChat(List<ChatMessage> messages) {
    if (messages.get(0).role().equals("nobody")) {
      throw new InvalidRequestException("messages", "the template knows no role 'nobody'");
    }
    StringBuilder chat = new StringBuilder();
    messages.forEach(
        message -> chat.append('<').append(message.role()).append('>').append(message.content()));
    return chat.toString();
  }

  @Override
  public synchronized EngineStats stats() {
    return new EngineStats(0, running.size(), slots, 0, 0, 0, 0, 0);
  }

  @Override
  public synchronized int size() {
    return running.size();
  }

  @Override
  public synchronized boolean isAlive() {
    return alive;
  }

  @Override
  public synchronized void close() {
    running.clear();
  }

  /** Does something about each generation as it comes. */
  synchronized void onSubmit(Consumer<GenerationSpec> action) {
    onSubmit = action;
  }

  /** Does something about each generation as it is checked. */
  synchronized void onValidate(Consumer<GenerationSpec> action) {
    onValidate = action;
  }

  /** What each prefill finds: of layers of this shape. */
  synchronized void energy(List<float[]> perLayer) {
    energy = perLayer;
  }

  synchronized void die() {
    alive = false;
  }

  /** Every spec in the order of submission. */
  synchronized List<GenerationSpec> submitted() {
    return List.copyOf(submitted);
  }

  synchronized List<String> cancelled() {
    return List.copyOf(cancelled);
  }

  /** Seeds of the generations that are here and not cancelled. */
  synchronized List<Long> seeds() {
    return running.values().stream()
        .filter(generation -> !generation.cancelled)
        .map(generation -> generation.spec.sampling().seed())
        .toList();
  }

  /** Generates one token of each generation, and lets go of those that are cancelled or done. */
  synchronized void step() {
    settle();
    for (Running generation : List.copyOf(running.values())) {
      Integer most = generation.spec.maxNewTokens();
      if (most != null && generation.next == most - 1) {
        end(generation, FinishReason.LENGTH);
      } else {
        emit(generation);
      }
    }
  }

  /** Generates so many tokens for the newest generation of a request. */
  synchronized void tokens(String requestId, int count) {
    for (int i = 0; i < count; i++) {
      emit(newest(requestId));
    }
  }

  /** Generates a last token for the newest generation of a request. */
  synchronized void last(String requestId, FinishReason reason) {
    end(newest(requestId), reason);
  }

  /** Ends the newest generation of a request without a token. */
  synchronized void fail(String requestId, String message) {
    Running generation = newest(requestId);
    running.remove(generation.spec.id());
    generation.listener.accept(
        tokenless(generation, finish(generation, FinishReason.ERROR, message, 0)));
  }

  /** Says something that no engine should. */
  synchronized void babble(String requestId, int index) {
    Running generation = newest(requestId);
    generation.next = index;
    emit(generation);
  }

  /** Lets cancelled generations go, which still says goodbye to their listeners. */
  synchronized void settle() {
    List<Running> going = running.values().stream().filter(g -> g.cancelled).toList();
    for (Running generation : going) {
      running.remove(generation.spec.id());
      generation.listener.accept(
          tokenless(generation, finish(generation, FinishReason.CANCELLED, null, 0)));
    }
  }

  static int tokenId(long seed, int index) {
    return Math.floorMod(31 * seed + 7L * index, 1000);
  }

  private Running newest(String requestId) {
    return running.values().stream()
        .filter(g -> g.spec.id().startsWith(requestId + "#"))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError(requestId + " is not at the engine"));
  }

  private void end(Running generation, FinishReason reason) {
    running.remove(generation.spec.id());
    generation.listener.accept(token(generation, finish(generation, reason, null, 1)));
  }

  private void emit(Running generation) {
    generation.listener.accept(token(generation, null));
  }

  private static GeneratedToken token(Running generation, Finish finish) {
    int index = generation.next++;
    List<Emitted> resumed = generation.spec.resumeFrom();
    LoadWindow window = finish != null || index % 10 == 9 ? window(index) : null;
    return new GeneratedToken(
        index,
        tokenId(generation.spec.sampling().seed(), index),
        " t" + index + (resumed.isEmpty() ? "" : "'"),
        2.5,
        3.5,
        CognitiveLoad.MEDIUM,
        0.25,
        0.5,
        window,
        finish);
  }

  private static GeneratedToken tokenless(Running generation, Finish finish) {
    boolean begun = generation.next % 10 != 0;
    LoadWindow rest = begun ? window(generation.next - 1) : null;
    return new GeneratedToken(
        generation.next, null, "", 0, 0, CognitiveLoad.LOW, 1, 1, rest, finish);
  }

  private static LoadWindow window(int last) {
    int first = last - last % 10;
    int tokens = last - first + 1;
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      values.add(i / 10f);
    }
    return new LoadWindow(
        first,
        tokens,
        values,
        values,
        0.3,
        0.4,
        1,
        tokens - 1,
        0,
        0.25,
        List.of(0.2f, 0.3f),
        0.5,
        0,
        0,
        0,
        0.01,
        first == 0 ? 0.125 : null);
  }

  private Finish finish(Running generation, FinishReason reason, String message, int ownToken) {
    return new Finish(
        reason, message, 5, generation.next + ownToken, 0.25, 0.5, 0.75, 0.125, 0.5, energy);
  }
}
