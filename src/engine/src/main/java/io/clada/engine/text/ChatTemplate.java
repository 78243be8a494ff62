package io.clada.engine.text;

import io.clada.engine.ChatMessage;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.text.jinja.Arguments;
import io.clada.engine.text.jinja.Function;
import io.clada.engine.text.jinja.JinjaException;
import io.clada.engine.text.jinja.JinjaTemplate;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's own chat template: a conversation in, the text that the model was trained to answer
 * out, as transformers' {@code apply_chat_template} renders it with {@code add_generation_prompt}.
 * A template comes with the model and is not trusted (see {@link io.clada.engine.text.jinja}).
 *
 * <p>Safe for use by several threads.
 */
public final class ChatTemplate {
  private static final String FIELD = "messages";
  private static final int MOST_CHARS = 1000;
  private static final int MOST_FORMAT_CHARS = 64;

  private final JinjaTemplate template;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  /**
   * Parses a template.
   *
   * @param specialTokens what it sees under names such as bos_token
   * @param clock what {@code strftime_now} shows, in the clock's zone
   * @throws IllegalArgumentException naming the line, if it cannot be parsed
   */
  public ChatTemplate(String template, Map<String, String> specialTokens, Clock clock) {
    try {
      this.template = JinjaTemplate.parse(template);
    } catch (JinjaException e) {
      throw new IllegalArgumentException(located(e), e);
    }
    this.specialTokens = Map.copyOf(specialTokens);
    this.clock = clock;
  }

  /**
   * Renders a conversation; the answer's beginning is the end of the text.
   *
   * @throws InvalidRequestException if the template refuses the conversation, in its own words, or
   *     cannot render it
   */
  public String render(List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      throw new InvalidRequestException(FIELD, "is empty; give at least one message");
    }
    Map<String, @Nullable Object> names = new HashMap<>(specialTokens);
    names.put(FIELD, messages.stream().map(ChatTemplate::message).toList());
    names.put("add_generation_prompt", true);
    names.put("tools", null);
    names.put("documents", null);
    names.put("raise_exception", (Function) ChatTemplate::raise);
    names.put("strftime_now", (Function) this::now);
    try {
      return template.render(names);
    } catch (JinjaException e) {
      throw new InvalidRequestException(
          FIELD,
          e.isRaised()
              ? shortened(e.getMessage())
              : "the model's chat template cannot render them: " + located(e));
    }
  }

  /** In the order that a template sees where it prints or goes through a message. */
  private static Map<String, String> message(ChatMessage message) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("role", message.role());
    fields.put("content", message.content());
    return fields;
  }

  private static Object raise(Arguments arguments) {
    throw JinjaException.raised(arguments.text(0, "message"));
  }

  private String now(Arguments arguments) {
    String format = arguments.text(0, "format");
    if (format.length() > MOST_FORMAT_CHARS) {
      throw JinjaException.raised("strftime_now: the format is too long");
    }
    return Strftime.format(format, LocalDateTime.now(clock));
  }

  private static String located(JinjaException e) {
    return (e.line() > 0 ? "line " + e.line() + ": " : "") + shortened(e.getMessage());
  }

  private static String shortened(String message) {
    return message.length() <= MOST_CHARS ? message : message.substring(0, MOST_CHARS) + "...";
  }
}
