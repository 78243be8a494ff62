package io.clada.worker;

import io.clada.engine.InvalidRequestException;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ranges that GenerationRequest.avsc promises, for every engine alike. What depends on the
 * model (the prompt's length in tokens) is the engine's to check.
 */
final class RequestChecks {
  /** Of a tenant's or a model's. */
  static final int MAX_NAME_CHARACTERS = 256;

  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_CHARACTERS = 256;
  private static final int MAX_MESSAGES = 1000;
  private static final int MAX_ROLE_CHARACTERS = 64;

  private RequestChecks() {}

  /**
   * @throws InvalidRequestException naming the first field that is out of range
   */
  static void check(GenerationRequest request, AdmissionSettings settings) {
    checkText(request, settings.maxPromptBytes());
    checkStops(request.getStop());
    characters("tenant", request.getTenant(), 0, MAX_NAME_CHARACTERS);
    atLeast("max_new_tokens", request.getMaxNewTokens(), 1);
    atMost("max_new_tokens", request.getMaxNewTokens(), settings.maxNewTokens());
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

  private static void checkText(GenerationRequest request, int maxBytes) {
    List<ChatMessage> messages = request.getMessages();
    if (messages.isEmpty()) {
      if (request.getPrompt().isEmpty()) {
        throw new InvalidRequestException(
            "prompt", "is empty; give at least one token, or messages");
      }
      bytes("prompt", utf8(request.getPrompt()), maxBytes);
      return;
    }
    if (!request.getPrompt().isEmpty()) {
      throw new InvalidRequestException(
          "messages", "are given beside a prompt; send one of the two");
    }
    if (messages.size() > MAX_MESSAGES) {
      throw new InvalidRequestException(
          "messages", messages.size() + " of them; at most " + MAX_MESSAGES + " are allowed");
    }
    long total = 0;
    for (ChatMessage message : messages) {
      characters("messages", message.getRole(), 1, MAX_ROLE_CHARACTERS);
      total += utf8(message.getContent());
    }
    bytes("messages", total, maxBytes);
  }

  private static void checkStops(List<String> stops) {
    if (stops.size() > MAX_STOPS) {
      throw new InvalidRequestException(
          "stop", stops.size() + " strings; at most " + MAX_STOPS + " are allowed");
    }
    stops.forEach(stop -> characters("stop", stop, 1, MAX_STOP_CHARACTERS));
  }

  private static void characters(String field, String text, int least, int most) {
    int characters = text.codePointCount(0, text.length());
    if (characters < least || characters > most) {
      throw new InvalidRequestException(
          field, "a text has " + characters + " characters; it must have " + least + " to " + most);
    }
  }

  private static void bytes(String field, long bytes, int most) {
    if (bytes > most) {
      throw new InvalidRequestException(
          field, bytes + " bytes of UTF-8; at most " + most + " are allowed here");
    }
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void atLeast(String field, @Nullable Integer value, int least) {
    if (value != null && value < least) {
      throw new InvalidRequestException(field, value + " is too small; the least is " + least);
    }
  }

  private static void atMost(String field, @Nullable Integer value, int most) {
    if (value != null && value > most) {
      throw new InvalidRequestException(field, value + " is too large; the most here is " + most);
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
