package io.clada.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.client.Reading;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads OpenAI's requests. Fields that it does not know are passed over, as OpenAI does; those that
 * it knows and cannot honour are refused, so that nobody gets another answer than was asked for.
 * Ranges are the worker's to check.
 */
final class AskReader {
  /**
   * For each of OpenAI's fields that the fleet has no equal for: the values that change nothing.
   */
  private static final Map<String, Set<String>> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("n", Set.of("1")),
          Map.entry("best_of", Set.of("1")),
          Map.entry("echo", Set.of("false")),
          Map.entry("suffix", Set.of("\"\"")),
          Map.entry("logit_bias", Set.of("{}")),
          Map.entry("presence_penalty", Set.of("0", "0.0")),
          Map.entry("frequency_penalty", Set.of("0", "0.0")),
          Map.entry("tools", Set.of("[]")),
          Map.entry("functions", Set.of("[]")),
          Map.entry("response_format", Set.of("{\"type\":\"text\"}")),
          Map.entry("modalities", Set.of("[\"text\"]")),
          Map.entry("audio", Set.of()));

  private static final String ONLY_THE_TOKEN =
      "only the probability of the token that was chosen is known here; ";
  private static final int MOST_TENANT_CHARACTERS = 256;

  private final Clock clock;

  AskReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param tenant of the API key; null where there are no keys
   * @throws ApiException naming the field that is wrong
   */
  Ask read(Endpoint endpoint, Body body, @Nullable String tenant) {
    UNSUPPORTED.forEach((field, neutral) -> refuseUnless(body, field, neutral));
    GenerationRequest.Builder request = SchemaFields.read(body);
    request.setModel(orEmpty(body.text("model")));
    if (endpoint == Endpoint.CHAT) {
      request.setMessages(messages(body));
    } else {
      request.setPrompt(prompt(body));
    }
    request.setStop(body.texts("stop"));
    Integer most = body.integer("max_completion_tokens");
    most = most == null ? body.integer("max_tokens") : most;
    if (most != null) {
      request.setMaxNewTokens(most);
    }
    request.setTenant(tenant == null ? user(body) : tenant);
    Double deadline = body.number("deadline_seconds");
    if (deadline != null) {
      request.setDeadline(clock.instant().plus(deadline(deadline)));
    }
    Body options = body.object("stream_options");
    return new Ask(
        endpoint,
        request.build(),
        reading(body),
        body.flag("stream"),
        options != null && options.flag("include_usage"),
        endpoint == Endpoint.CHAT ? chatLogprobs(body) : completionLogprobs(body));
  }

  private static void refuseUnless(Body body, String field, Set<String> neutral) {
    JsonNode value = body.get(field);
    if (value != null && !neutral.contains(value.toString())) {
      throw ApiException.invalid(
          field,
          neutral.isEmpty()
              ? "is not supported; leave it out"
              : "only " + neutral.stream().sorted().findFirst().orElse("") + " is supported");
    }
  }

  private static List<ChatMessage> messages(Body body) {
    JsonNode all = body.get("messages");
    if (all == null || !all.isArray() || all.isEmpty()) {
      throw ApiException.invalid("messages", "give a list of at least one message");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String place = "messages[" + i + "]";
      JsonNode role = all.get(i).get("role");
      if (role == null || !role.isTextual()) {
        throw ApiException.invalid(place + ".role", "is missing or not a text");
      }
      messages.add(new ChatMessage(role.textValue(), content(place, all.get(i).get("content"))));
    }
    return messages;
  }

  /** A text, or a list of parts that are texts. */
  private static String content(String place, @Nullable JsonNode content) {
    if (content == null || content.isNull()) {
      return "";
    }
    if (content.isTextual()) {
      return content.textValue();
    }
    if (!content.isArray()) {
      throw ApiException.invalid(place + ".content", "is neither a text nor a list of parts");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      JsonNode words = part.get("text");
      if (!"text".equals(part.path("type").asText()) || words == null || !words.isTextual()) {
        throw ApiException.invalid(
            place + ".content", "only parts {\"type\": \"text\", \"text\": ...} are supported");
      }
      text.append(words.textValue());
    }
    return text.toString();
  }

  private static String prompt(Body body) {
    JsonNode prompt = body.get("prompt");
    if (prompt != null && prompt.isArray() && prompt.size() == 1) {
      prompt = prompt.get(0);
    }
    if (prompt == null || !prompt.isTextual()) {
      throw ApiException.invalid("prompt", "give one text, no tokens and no list of several");
    }
    return prompt.textValue();
  }

  private static boolean chatLogprobs(Body body) {
    Integer alternatives = body.integer("top_logprobs");
    if (alternatives != null && alternatives != 0) {
      throw ApiException.invalid("top_logprobs", ONLY_THE_TOKEN + "send 0 or leave it out");
    }
    return body.flag("logprobs");
  }

  private static boolean completionLogprobs(Body body) {
    Integer alternatives = body.integer("logprobs");
    if (alternatives != null && alternatives != 0) {
      throw ApiException.invalid("logprobs", ONLY_THE_TOKEN + "send 0");
    }
    return alternatives != null;
  }

  private static Reading reading(Body body) {
    String reading = body.text("reading");
    try {
      return reading == null ? Reading.FINAL : Reading.valueOf(reading.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("reading", "'" + reading + "' is not final or fast");
    }
  }

  private static Duration deadline(double seconds) {
    // Written so that NaN fails.
    if (!(seconds > 0 && seconds <= Duration.ofDays(7).toSeconds())) {
      throw ApiException.invalid(
          "deadline_seconds", seconds + " is not above 0 and at most 7 days");
    }
    return Duration.ofMillis(Math.round(1000 * seconds));
  }

  private static String user(Body body) {
    String user = orEmpty(body.text("user"));
    if (user.length() > MOST_TENANT_CHARACTERS) {
      throw ApiException.invalid("user", "at most " + MOST_TENANT_CHARACTERS + " characters");
    }
    return user;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
