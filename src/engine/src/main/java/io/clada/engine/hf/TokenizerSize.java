package io.clada.engine.hf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether a tokenizer.json fits a model's vocabulary. One that another model's was copied over
 * gives token ids that the embedding has no rows for.
 *
 * <p>Added tokens may lie beyond: some fine-tunes declare one for padding that no text holds, and a
 * prompt that does hold one is refused by itself.
 */
final class TokenizerSize {
  /**
   * A name is seen once: keeping the table of names small matters more than comparing them fast.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private TokenizerSize() {}

  /**
   * Reads the file as a stream; nothing of it is kept.
   *
   * @throws io.clada.engine.ModelLoadException if an ordinary token's id is not below {@code
   *     vocabulary}, or the file is not JSON
   */
  static void check(Path tokenizer, int vocabulary) {
    String label = String.valueOf(tokenizer.getFileName());
    long largest;
    try (JsonParser json = JSON.createParser(tokenizer.toFile())) {
      largest = largest(json);
    } catch (IOException e) {
      throw Refusal.of(label, "cannot be read: " + Refusal.firstLine(e.getMessage()), e);
    }
    if (largest >= vocabulary) {
      throw Refusal.of(
          label,
          ("holds token %d, but config.json's vocab_size is %d; use the tokenizer that was saved"
                  + " with the model")
              .formatted(largest, vocabulary));
    }
  }

  /** The largest id in model.vocab: the values of an object, or the indices of an array. */
  private static long largest(JsonParser json) throws IOException {
    if (!enter(json, "model") || !enter(json, "vocab")) {
      return -1;
    }
    long largest = -1;
    boolean list = json.currentToken() == JsonToken.START_ARRAY;
    for (JsonToken token = json.nextToken(); !token.isStructEnd(); token = json.nextToken()) {
      if (list) {
        largest++;
      } else if (token == JsonToken.VALUE_NUMBER_INT) {
        largest = Math.max(largest, json.getValueAsLong(Long.MAX_VALUE));
      }
      json.skipChildren();
    }
    return largest;
  }

  /** Goes to the value of a field of the object that begins next, or at the parser's place. */
  private static boolean enter(JsonParser json, String field) throws IOException {
    JsonToken token = json.currentToken() == null ? json.nextToken() : json.currentToken();
    if (token != JsonToken.START_OBJECT) {
      return false;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = json.currentName().equals(field);
      json.nextToken();
      if (found) {
        return true;
      }
      json.skipChildren();
    }
    return false;
  }
}
