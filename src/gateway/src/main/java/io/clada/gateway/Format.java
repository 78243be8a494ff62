package io.clada.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer in OpenAI's words, whole or piece by piece. */
final class Format {
  private static final String DONE = "data: [DONE]\n\n";

  private final Ask ask;
  private final String id;
  private final long created;
  private boolean begun;
  private int characters;

  /**
   * @param created seconds since 1970
   */
  Format(Ask ask, String id, long created) {
    this.ask = ask;
    this.id = id;
    this.created = created;
  }

  private boolean isChat() {
    return ask.endpoint() == Endpoint.CHAT;
  }

  /** The server-sent events that a token makes; none if it adds nothing to be seen. */
  String events(TokenEvent token) {
    StringBuilder events = new StringBuilder();
    if (isChat() && !begun) {
      events.append(Json.event(chunk(token, delta("assistant", ""), null, null)));
    }
    begun = true;
    boolean logged = ask.logprobs() && token.getTokenId() != null;
    if (!token.getText().isEmpty() || logged) {
      ObjectNode logprobs = logged ? logprobs(List.of(token)) : null;
      events.append(Json.event(chunk(token, piece(token.getText()), logprobs, null)));
    }
    if (token.getFinish() != null) {
      ObjectNode last = isChat() ? Json.object() : piece("");
      events.append(Json.event(chunk(token, last, null, reason(token.getFinish()))));
      if (ask.usage()) {
        ObjectNode usage = frame(token, true);
        usage.putArray("choices");
        account(usage, token);
        events.append(Json.event(usage));
      }
      events.append(DONE);
    }
    return events.toString();
  }

  /** The answer in one piece; the last of its events carries {@code finish}. */
  ObjectNode whole(List<TokenEvent> events) {
    TokenEvent last = events.get(events.size() - 1);
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.getText()));
    ObjectNode json = frame(last, false);
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    if (isChat()) {
      choice
          .putObject("message")
          .put("role", "assistant")
          .put("content", text.toString())
          .putNull("refusal");
    } else {
      choice.put("text", text.toString());
    }
    choice.set("logprobs", ask.logprobs() ? logprobs(events) : null);
    choice.put("finish_reason", reason(last.getFinish()));
    account(json, last);
    return json;
  }

  private ObjectNode frame(TokenEvent event, boolean piece) {
    String object =
        isChat() ? piece ? "chat.completion.chunk" : "chat.completion" : "text_completion";
    return Json.object()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", event.getModel());
  }

  private static ObjectNode delta(@Nullable String role, String content) {
    ObjectNode delta = Json.object();
    if (role != null) {
      delta.put("role", role);
    }
    return delta.put("content", content);
  }

  private ObjectNode piece(String text) {
    return isChat() ? delta(null, text) : Json.object().put("text", text);
  }

  private ObjectNode chunk(
      TokenEvent event, ObjectNode piece, @Nullable ObjectNode logprobs, @Nullable String reason) {
    ObjectNode json = frame(event, true);
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    if (isChat()) {
      choice.set("delta", piece);
    } else {
      choice.setAll(piece);
    }
    choice.set("logprobs", logprobs);
    choice.put("finish_reason", reason);
    if (ask.usage()) {
      json.putNull("usage");
    }
    return json;
  }

  private ObjectNode logprobs(List<TokenEvent> events) {
    return isChat() ? chatLogprobs(events) : completionLogprobs(events);
  }

  private static ObjectNode chatLogprobs(List<TokenEvent> events) {
    ObjectNode logprobs = Json.object();
    ArrayNode content = logprobs.putArray("content");
    for (TokenEvent event : events) {
      Double logprob = logprob(event);
      if (logprob != null) {
        ObjectNode token =
            content.addObject().put("token", event.getText()).put("logprob", logprob);
        ArrayNode bytes = token.putArray("bytes");
        for (byte one : event.getText().getBytes(StandardCharsets.UTF_8)) {
          bytes.add(one & 0xff);
        }
        token.putArray("top_logprobs");
      }
    }
    logprobs.putNull("refusal");
    return logprobs;
  }

  private ObjectNode completionLogprobs(List<TokenEvent> events) {
    ObjectNode logprobs = Json.object();
    ArrayNode tokens = logprobs.putArray("tokens");
    ArrayNode values = logprobs.putArray("token_logprobs");
    ArrayNode offsets = logprobs.putArray("text_offset");
    for (TokenEvent event : events) {
      Double logprob = logprob(event);
      if (logprob != null) {
        tokens.add(event.getText());
        values.add(logprob);
        offsets.add(characters);
      }
      characters += event.getText().codePointCount(0, event.getText().length());
    }
    logprobs.putNull("top_logprobs");
    return logprobs;
  }

  /** The surprisal's negative, in nats; null where an event has no token of its own. */
  private static @Nullable Double logprob(TokenEvent event) {
    Double bits = event.getSurprisal();
    return bits == null ? null : bits == 0 ? 0.0 : -bits * Math.log(2);
  }

  private static @Nullable String reason(@Nullable Finish finish) {
    return finish == Finish.LENGTH ? "length" : finish == Finish.STOP ? "stop" : null;
  }

  /** What the answer took, and what OpenAI has no word for. */
  private static void account(ObjectNode json, TokenEvent last) {
    Usage usage = last.getUsage();
    if (usage == null) {
      return;
    }
    json.putObject("usage")
        .put("prompt_tokens", usage.getPromptTokens())
        .put("completion_tokens", usage.getCompletionTokens())
        .put("total_tokens", usage.getPromptTokens() + usage.getCompletionTokens());
    ObjectNode clada =
        json.putObject("clada")
            .put("seed", usage.getSeed())
            .put("active_neuron_ratio", usage.getActiveNeuronRatio())
            .put("weights_read_ratio", usage.getWeightsReadRatio())
            .put("thresholds_version", usage.getThresholdsVersion());
    Timings timings = last.getTimings();
    if (timings != null) {
      clada
          .put("queue_seconds", timings.getQueueSeconds())
          .put("time_to_first_token_seconds", timings.getTimeToFirstTokenSeconds())
          .put("decode_seconds", timings.getDecodeSeconds());
    }
  }
}
