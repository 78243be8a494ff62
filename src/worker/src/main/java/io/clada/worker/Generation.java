package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.Attempt;
import io.clada.worker.state.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * One request between its arrival at this task and its terminal event. Belongs to the stream
 * thread. Holds the request itself only while the engine has it: thousands may wait.
 */
final class Generation {
  /** How it will end as soon as the engine has said goodbye, or that takes too long. */
  record Ending(Finish finish, @Nullable String message, long overdueMs) {}

  private final String id;
  private final long epoch;
  private final RequestFacts facts;
  private final Progress resumed;
  private final long arrivedMs;
  private final Ticket ticket;
  private Attempt attempt;
  private @Nullable GenerationRequest request;
  private @Nullable Ending ending;
  private boolean released;
  private long submittedMs = -1;
  private long firstTokenMs = -1;
  private int nextIndex;

  /**
   * @param epoch never used before in this process, so that what the engine still says about an
   *     earlier hand-over of the same request is told apart
   * @param attempt the one that is to come, or 0
   * @param resumed what earlier attempts committed
   * @param arrivedMs when this worker took the request up
   * @param ticket its place in the queue
   */
  Generation(
      String id,
      long epoch,
      RequestFacts facts,
      Attempt attempt,
      Progress resumed,
      long arrivedMs,
      Ticket ticket) {
    this.id = id;
    this.epoch = epoch;
    this.facts = facts;
    this.attempt = attempt;
    this.resumed = resumed;
    this.arrivedMs = arrivedMs;
    this.ticket = ticket;
    this.nextIndex = resumed.tokens().size();
  }

  /** An engine may still be winding an earlier hand-over down, so the id alone will not do. */
  String engineId() {
    return id + "#" + epoch;
  }

  void submitted(GenerationRequest handedOver, long nowMs) {
    request = handedOver;
    submittedMs = nowMs;
  }

  void forwardedOne(long nowMs) {
    nextIndex++;
    if (firstTokenMs < 0) {
      firstTokenMs = nowMs;
    }
  }

  void attempt(Attempt now) {
    attempt = now;
  }

  void endWith(Ending with) {
    ending = with;
  }

  /** What the engine says from now on is another attempt's to say. */
  void release() {
    released = true;
  }

  String id() {
    return id;
  }

  long epoch() {
    return epoch;
  }

  RequestFacts facts() {
    return facts;
  }

  Attempt attempt() {
    return attempt;
  }

  Progress resumed() {
    return resumed;
  }

  Ticket ticket() {
    return ticket;
  }

  Asked asked() {
    return new Asked(facts.getChat(), facts.getModel());
  }

  /**
   * @throws IllegalStateException if it has not been handed to the engine
   */
  GenerationRequest request() {
    if (request == null) {
      throw new IllegalStateException("request " + id + " is not at the engine");
    }
    return request;
  }

  /** Null unless it was cancelled, or its deadline has passed, while the engine has it. */
  @Nullable Ending ending() {
    return ending;
  }

  boolean isReleased() {
    return released;
  }

  boolean isSubmitted() {
    return submittedMs >= 0;
  }

  /** Index of the next token, which is also the count of tokens forwarded in all attempts. */
  int nextIndex() {
    return nextIndex;
  }

  long arrivedMs() {
    return arrivedMs;
  }

  long submittedMs() {
    return submittedMs;
  }

  /** When this attempt's first token was forwarded, or -1. */
  long firstTokenMs() {
    return firstTokenMs;
  }

  byte @Nullable [] traceparent() {
    return facts.getTraceparent() == null ? null : Buffers.copy(facts.getTraceparent());
  }
}
