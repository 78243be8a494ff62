package io.clada.engine.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model directory says about conversations: its chat template and the special tokens that
 * the template may name. Read from tokenizer_config.json and chat_template.jinja, which wins, as in
 * transformers; a directory needs neither.
 *
 * @param chatTemplate a template in Jinja; of several by name, the one named "default"; null: none
 * @param specialTokens from their names, such as bos_token, to their texts
 */
public record TokenizerConfig(@Nullable String chatTemplate, Map<String, String> specialTokens) {
  private static final String CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE = "chat_template.jinja";

  /** Some list thousands of added tokens. */
  private static final long MAX_CONFIG_BYTES = 32L << 20;

  private static final long MAX_TEMPLATE_BYTES = 1 << 20;

  private static final List<String> TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /**
   * Reads the two files, those of them that exist.
   *
   * @throws ModelLoadException naming the file and the field, in one line
   */
  public static TokenizerConfig of(Path directory) {
    Path config = directory.resolve(CONFIG);
    Path template = directory.resolve(TEMPLATE);
    JsonFile json = Files.exists(config) ? JsonFile.read(config, MAX_CONFIG_BYTES) : null;
    String chatTemplate = Files.exists(template) ? read(template) : null;
    if (chatTemplate == null && json != null) {
      chatTemplate = chatTemplate(json);
    }
    return new TokenizerConfig(chatTemplate, json == null ? Map.of() : tokens(json));
  }

  private static String read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_TEMPLATE_BYTES) {
        throw Refusal.of(TEMPLATE, size + " bytes is too large; at most " + MAX_TEMPLATE_BYTES);
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw Refusal.of(TEMPLATE, "not UTF-8", e);
    } catch (IOException e) {
      throw Refusal.of(TEMPLATE, "cannot be read: " + e, e);
    }
  }

  private static @Nullable String chatTemplate(JsonFile json) {
    JsonNode field = json.node().path("chat_template");
    if (!field.isArray()) {
      return json.text("chat_template");
    }
    for (JsonNode named : field) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return named.path("template").asText();
      }
    }
    return null;
  }

  /** A token is a string, or an object that has it as its content. */
  private static Map<String, String> tokens(JsonFile json) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : TOKENS) {
      JsonNode token = json.node().path(name);
      JsonNode text = token.isObject() ? token.path("content") : token;
      if (text.isTextual()) {
        tokens.put(name, text.asText());
      } else if (!token.isMissingNode() && !token.isNull()) {
        throw json.error(name + " must be a string or an object with content, not " + token);
      }
    }
    return tokens;
  }
}
