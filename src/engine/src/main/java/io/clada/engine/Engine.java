package io.clada.engine;

import java.util.List;
import java.util.function.Consumer;

/**
 * Generates on a thread of its own. Every method may be called from any thread and none waits for
 * the model.
 *
 * <p>Nothing is durable: what an engine holds when the process dies is lost, and its owner submits
 * it again with {@link GenerationSpec#resumeFrom}.
 */
public interface Engine extends AutoCloseable {
  /** Name under which requests ask for this engine's model. */
  String modelName();

  /** Neurons of each layer's feed-forward network, first to last: the shape of a backbone. */
  List<Integer> neurons();

  /**
   * Checks everything about a request that can be checked without running the model, its length in
   * tokens included.
   *
   * @return tokens of the prompt
   * @throws InvalidRequestException naming the field
   */
  int validate(GenerationSpec spec);

  /**
   * Renders a conversation with the model's own chat template, ready for {@link
   * GenerationSpec#prompt} without special tokens.
   *
   * @throws InvalidRequestException if the model has no chat template, or it refuses these messages
   */
  String renderChat(List<ChatMessage> messages);

  /**
   * Queues a generation, which must be {@linkplain #validate valid}.
   *
   * @param listener called on the engine's thread, once per token in order, the last time with a
   *     {@link Finish} whatever happens, save that {@link #close} was called; must not block
   * @throws IllegalArgumentException if a generation with this id is queued or running
   */
  void submit(GenerationSpec spec, Consumer<GeneratedToken> listener);

  /**
   * Ends a generation with {@link FinishReason#CANCELLED} before its next token. Does nothing if it
   * has ended, or is not known.
   */
  void cancel(String id);

  /** Generations that are queued or running. */
  int size();

  /** For metrics and health. */
  EngineStats stats();

  /**
   * False once the engine's thread has died: the process should end, since nothing will be
   * generated any more.
   */
  boolean isAlive();

  /**
   * Drops what is queued and running without a further call to the listeners, and frees the model.
   */
  @Override
  void close();
}
