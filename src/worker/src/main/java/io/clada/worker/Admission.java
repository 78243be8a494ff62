package io.clada.worker;

import io.clada.engine.ChatMessage;
import io.clada.engine.Engine;
import io.clada.engine.FleetThresholds;
import io.clada.engine.InvalidRequestException;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.RequestFacts;
import io.clada.worker.state.StoredRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a request can be answered, and what is pinned for all its attempts if it can. */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Dependencies deps;

  Admission(Dependencies deps) {
    this.deps = deps;
  }

  /** A request that is stored and queued, or else the reason why it is not. */
  sealed interface Verdict {}

  record Admitted(StoredRequest request) implements Verdict {}

  record Refused(Refusal refusal) implements Verdict {}

  Verdict judge(String id, RequestRecord record, GenerationRequest request, long nowMs) {
    Instant deadline = request.getDeadline();
    if (deadline != null && deadline.toEpochMilli() <= nowMs) {
      return refused(Finish.DEADLINE, "deadline: " + deadline + " had passed on arrival");
    }
    try {
      return new Admitted(admit(record, request, nowMs));
    } catch (InvalidRequestException e) {
      return refused(Finish.INVALID, String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      // One prompt that trips the engine must not take every worker down in turn.
      LOG.error("Request {} could not be checked", id, e);
      return refused(
          Finish.ERROR, "the engine failed to check the request; the worker's log says how");
    }
  }

  private static Refused refused(Finish finish, String message) {
    return new Refused(new Refusal(finish, message));
  }

  /** For a request whose model no engine here has. */
  static InvalidRequestException notServed(String model, Engines engines) {
    return new InvalidRequestException(
        "model",
        "'"
            + Refusal.brief(model, RequestChecks.MAX_NAME_CHARACTERS)
            + "' is not served here; served: "
            + String.join(", ", engines.models()));
  }

  private StoredRequest admit(RequestRecord record, GenerationRequest request, long nowMs) {
    AdmissionSettings settings = deps.admission();
    String model = deps.engines().resolve(request.getModel());
    Engine engine = deps.engines().find(model);
    if (engine == null) {
      throw notServed(model, deps.engines());
    }
    RequestChecks.check(request, settings);
    String rendered = render(engine, request, settings);
    Long seed = request.getSeed();
    FleetThresholds thresholds = deps.thresholds().apply(model);
    byte[] traceparent = record.traceparent();
    RequestFacts.Builder facts =
        RequestFacts.newBuilder()
            .setRun(deps.epochs().getAsLong())
            .setModel(model)
            .setChat(rendered != null)
            .setPriority(request.getPriority().name())
            .setTenant(request.getTenant())
            .setPromptTokens(0)
            .setDeadline(request.getDeadline())
            .setSeed(seed == null ? deps.seeds().getAsLong() : seed)
            .setThresholdsVersion(thresholds.version())
            .setSurprisal(thresholds.surprisal())
            .setEntropy(thresholds.entropy())
            .setKeepRatioOffset(thresholds.keepRatioOffset())
            .setArrival(Instant.ofEpochMilli(nowMs))
            .setOffset(record.origin().offset())
            .setTraceparent(traceparent == null ? null : ByteBuffer.wrap(traceparent));
    int tokens =
        engine.validate(
            Specs.of("", request, rendered, facts.build(), null, Progress.NONE, settings));
    if (tokens > settings.maxPromptTokens()) {
      throw new InvalidRequestException(
          rendered == null ? "prompt" : "messages",
          tokens + " tokens; at most " + settings.maxPromptTokens() + " are allowed here");
    }
    return StoredRequest.newBuilder()
        .setFacts(facts.setPromptTokens(tokens).build())
        .setValue(ByteBuffer.wrap(record.requireValue()))
        .setRendered(rendered)
        .build();
  }

  private static @Nullable String render(
      Engine engine, GenerationRequest request, AdmissionSettings settings) {
    if (request.getMessages().isEmpty()) {
      return null;
    }
    String rendered =
        engine.renderChat(
            request.getMessages().stream()
                .map(message -> new ChatMessage(message.getRole(), message.getContent()))
                .toList());
    int bytes = rendered.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > settings.maxPromptBytes()) {
      throw new InvalidRequestException(
          "messages",
          bytes + " bytes once rendered; at most " + settings.maxPromptBytes() + " are allowed");
    }
    return rendered;
  }
}
