package io.clada.worker;

import io.clada.engine.InvalidRequestException;
import io.clada.schemas.GenerationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ranges that GenerationRequest.avsc promises, for every engine alike. What depends on the
 * model (the prompt's length in tokens) is the engine's to check.
 */
final class RequestChecks {
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_CHARACTERS = 256;

  private RequestChecks() {}

  /**
   * @param model name of the model that the engine serves
   * @throws InvalidRequestException naming the first field that is out of range
   */
  static void check(GenerationRequest request, String model) {
    if (!request.getModel().isEmpty() && !request.getModel().equals(model)) {
      throw new InvalidRequestException(
          "model", "'" + request.getModel() + "' is not served here; served: " + model);
    }
    if (request.getPrompt().isEmpty()) {
      throw new InvalidRequestException("prompt", "is empty; give at least one token");
    }
    checkStops(request.getStop());
    atLeast("max_new_tokens", request.getMaxNewTokens(), 1);
    within("temperature", request.getTemperature(), 0, 2);
    atLeast("top_k", request.getTopK(), 0);
    share("top_p", request.getTopP());
    within("repetition_penalty", request.getRepetitionPenalty(), 0.1, 10);
    share("top_k_ratio", request.getTopKRatio());
    share("input_keep_ratio", request.getInputKeepRatio());
    share("ffn_reduction_ratio", request.getFfnReductionRatio());
    atLeast("min_active_neurons", request.getMinActiveNeurons(), 0);
    within("surprisal_threshold", request.getSurprisalThreshold(), 0, 1);
    within("entropy_threshold", request.getEntropyThreshold(), 0, 1);
    Integer window = request.getUpdateWindow();
    within("update_window", window == null ? null : window.doubleValue(), 1, 1000);
  }

  private static void checkStops(List<String> stops) {
    if (stops.size() > MAX_STOPS) {
      throw new InvalidRequestException(
          "stop", stops.size() + " strings; at most " + MAX_STOPS + " are allowed");
    }
    for (String stop : stops) {
      int characters = stop.codePointCount(0, stop.length());
      if (characters == 0 || characters > MAX_STOP_CHARACTERS) {
        throw new InvalidRequestException(
            "stop",
            "a string has " + characters + " characters; it must have 1 to " + MAX_STOP_CHARACTERS);
      }
    }
  }

  private static void atLeast(String field, @Nullable Integer value, int least) {
    if (value != null && value < least) {
      throw new InvalidRequestException(field, value + " is too small; the least is " + least);
    }
  }

  private static void within(String field, @Nullable Double value, double min, double max) {
    // Written so that NaN fails.
    if (value != null && !(value >= min && value <= max)) {
      throw new InvalidRequestException(field, value + " is not from " + min + " to " + max);
    }
  }

  private static void share(String field, @Nullable Double value) {
    if (value != null && !(value > 0 && value <= 1)) {
      throw new InvalidRequestException(field, value + " is not above 0 and at most 1");
    }
  }
}
