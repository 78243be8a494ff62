package io.clada.worker;

import io.clada.schemas.Finish;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names and values of OpenTelemetry's conventions for generative AI, for metrics and spans. */
final class GenAi {
  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String ERROR_TYPE = "error.type";

  /** The conventions' provider names are those of services; ours is one of its own. */
  static final String CLADA = "clada";

  private static final String OTHER = "_OTHER";

  private GenAi() {}

  static String operation(@Nullable Asked asked) {
    return asked != null && asked.chat() ? "chat" : "text_completion";
  }

  /** Anybody may ask for anything: a name that is not served must not become a time series. */
  static String requestModel(@Nullable Asked asked, String served) {
    return asked == null || asked.model().isEmpty() || asked.model().equals(served)
        ? served
        : OTHER;
  }

  /** Empty where nothing failed, which Prometheus takes for a label that is not there. */
  static String errorType(Finish finish) {
    return switch (finish) {
      case STOP, LENGTH, CANCELLED -> "";
      case DEADLINE, OVERLOADED, INVALID, ERROR -> finish.name().toLowerCase(Locale.ROOT);
    };
  }
}
