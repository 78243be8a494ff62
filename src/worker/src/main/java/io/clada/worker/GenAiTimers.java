package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The three latencies of a model server, with the names, attributes and buckets of OpenTelemetry's
 * conventions for generative AI (server metrics, semantic-conventions-genai, development).
 */
final class GenAiTimers {
  private static final Duration[] DURATION =
      seconds(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
  private static final Duration[] FIRST_TOKEN =
      seconds(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10);
  private static final Duration[] PER_TOKEN =
      seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5);

  private final MeterRegistry registry;

  GenAiTimers(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param model that answers
   */
  void firstToken(Asked asked, String model, Duration sinceArrival) {
    Timer.builder("gen_ai.server.time_to_first_token")
        .description("From the request's arrival at its first worker to its first token")
        .serviceLevelObjectives(FIRST_TOKEN)
        .tags(attributes(asked, model))
        .register(registry)
        .record(sinceArrival);
  }

  /**
   * @param asked null for a request that could not be read
   * @param end with finish, usage and timings
   */
  void ended(@Nullable Asked asked, TokenEvent end) {
    Timings timings = end.getTimings();
    double first = timings.getQueueSeconds() + timings.getTimeToFirstTokenSeconds();
    Tags attributes = attributes(asked, end.getModel());
    Timer.builder("gen_ai.server.request.duration")
        .description("From the request's arrival at the worker that ended it to its end")
        .serviceLevelObjectives(DURATION)
        .tags(attributes.and(GenAi.ERROR_TYPE, GenAi.errorType(end.getFinish())))
        .register(registry)
        .record(ofSeconds(first + timings.getDecodeSeconds()));
    Usage usage = end.getUsage();
    int afterFirst = usage.getCompletionTokens() - 1;
    boolean successful = end.getFinish() == Finish.STOP || end.getFinish() == Finish.LENGTH;
    if (successful && end.getAttempt() == 0 && afterFirst > 0) {
      Timer.builder("gen_ai.server.time_per_output_token")
          .description("Mean time per token after the first, of requests that one worker answered")
          .serviceLevelObjectives(PER_TOKEN)
          .tags(attributes)
          .register(registry)
          .record(ofSeconds(timings.getDecodeSeconds() / afterFirst));
    }
  }

  private static Tags attributes(@Nullable Asked asked, String model) {
    return Tags.of(
        Tag.of(GenAi.OPERATION, GenAi.operation(asked)),
        Tag.of(GenAi.PROVIDER, GenAi.CLADA),
        Tag.of(GenAi.REQUEST_MODEL, GenAi.requestModel(asked, model)),
        Tag.of(GenAi.RESPONSE_MODEL, model));
  }

  private static Duration ofSeconds(double seconds) {
    return Duration.ofNanos(Math.max(0, Math.round(seconds * 1e9)));
  }

  private static Duration[] seconds(double... bounds) {
    return Arrays.stream(bounds).mapToObj(GenAiTimers::ofSeconds).toArray(Duration[]::new);
  }
}
