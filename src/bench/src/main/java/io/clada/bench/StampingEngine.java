package io.clada.bench;

import io.clada.engine.ChatMessage;
import io.clada.engine.Engine;
import io.clada.engine.EngineStats;
import io.clada.engine.GeneratedToken;
import io.clada.engine.GenerationSpec;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An engine that somebody watches. */
final class StampingEngine implements Engine {
  private final Engine engine;
  private final BiConsumer<String, GeneratedToken> watcher;

  /**
   * @param watcher told of each token before the worker is, with the id that the worker gave the
   *     generation, on the engine's thread
   */
  StampingEngine(Engine engine, BiConsumer<String, GeneratedToken> watcher) {
    this.engine = engine;
    this.watcher = watcher;
  }

  @Override
  public void submit(GenerationSpec spec, Consumer<GeneratedToken> listener) {
    engine.submit(
        spec,
        token -> {
          watcher.accept(spec.id(), token);
          listener.accept(token);
        });
  }

  @Override
  public String modelName() {
    return engine.modelName();
  }

  @Override
  public List<Integer> neurons() {
    return engine.neurons();
  }

  @Override
  public int validate(GenerationSpec spec) {
    return engine.validate(spec);
  }

  @Override
  public String renderChat(List<ChatMessage> messages) {
    return engine.renderChat(messages);
  }

  @Override
  public void cancel(String id) {
    engine.cancel(id);
  }

  @Override
  public int size() {
    return engine.size();
  }

  @Override
  public EngineStats stats() {
    return engine.stats();
  }

  @Override
  public boolean isAlive() {
    return engine.isAlive();
  }

  @Override
  public void close() {
    engine.close();
  }
}
