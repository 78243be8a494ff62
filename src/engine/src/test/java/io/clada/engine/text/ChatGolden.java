package io.clada.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.engine.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What transformers renders (make_chat_golden.py). */
public final class ChatGolden {
  /** When the golden file says that it is. */
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:07.123456Z"), ZoneOffset.UTC);

  private ChatGolden() {}

  public static JsonNode read() {
    try (InputStream in = ChatGolden.class.getResourceAsStream("/chat/golden.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static String template(String name) {
    String file = "/chat/templates/" + name + ".jinja";
    try (InputStream in = ChatGolden.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static List<ChatMessage> messages(JsonNode json) {
    List<ChatMessage> messages = new ArrayList<>();
    json.forEach(
        m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    return messages;
  }
}
