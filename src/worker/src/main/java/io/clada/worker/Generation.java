package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.StoredRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request between its arrival at this task and its terminal event. Belongs to the stream
 * thread.
 */
final class Generation {
  private final String id;
  private final long epoch;
  private final GenerationRequest request;
  private final StoredRequest stored;
  private final Progress resumed;
  private final long arrivedMs;
  private long submittedMs;
  private long firstTokenMs = -1;
  private int nextIndex;

  /**
   * @param epoch never used before in this process, so that what the engine still says about an
   *     earlier hand-over of the same request is told apart
   * @param resumed what earlier attempts committed
   * @param arrivedMs when this worker took the request up
   */
  Generation(
      String id,
      long epoch,
      GenerationRequest request,
      StoredRequest stored,
      Progress resumed,
      long arrivedMs) {
    this.id = id;
    this.epoch = epoch;
    this.request = request;
    this.stored = stored;
    this.resumed = resumed;
    this.arrivedMs = arrivedMs;
    this.submittedMs = arrivedMs;
    this.nextIndex = resumed.tokens().size();
  }

  GenerationSpec spec() {
    return Specs.of(
        engineId(),
        request,
        stored.getSeed(),
        new FleetThresholds(
            stored.getThresholdsVersion(), stored.getSurprisal(), stored.getEntropy(), 0),
        resumed.tokens());
  }

  /** An engine may still be winding an earlier hand-over down, so the id alone will not do. */
  String engineId() {
    return id + "#" + epoch;
  }

  void submitted(long nowMs) {
    submittedMs = nowMs;
  }

  void forwardedOne(long nowMs) {
    nextIndex++;
    if (firstTokenMs < 0) {
      firstTokenMs = nowMs;
    }
  }

  String id() {
    return id;
  }

  long epoch() {
    return epoch;
  }

  GenerationRequest request() {
    return request;
  }

  StoredRequest stored() {
    return stored;
  }

  Progress resumed() {
    return resumed;
  }

  int attempt() {
    return stored.getAttempt();
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
    return stored.getTraceparent() == null ? null : Buffers.copy(stored.getTraceparent());
  }
}
