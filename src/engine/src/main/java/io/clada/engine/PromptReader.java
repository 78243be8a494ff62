package io.clada.engine;

import io.clada.engine.text.TextTokenizer;
import java.util.Arrays;

/** From a request's prompt to the tokens that the model sees, within its context. */
final class PromptReader {
  private static final int DEFAULT_NEW_TOKENS = 256;

  /**
   * No prose comes near so many characters per token: a longer prompt need not be encoded to be
   * refused.
   */
  private static final long MOST_CHARS_PER_TOKEN = 32;

  private final TextTokenizer tokenizer;
  private final int context;
  private final int vocabulary;

  PromptReader(TextTokenizer tokenizer, int context, int vocabulary) {
    this.tokenizer = tokenizer;
    this.context = context;
    this.vocabulary = vocabulary;
  }

  /**
   * @param ids the prompt's tokens, at least one
   * @param maxNewTokens how many may follow, at least one: what was asked for, within the context
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once
  record Prompt(int[] ids, int maxNewTokens) {}

  /**
   * @throws InvalidRequestException if there is no token, or no room for one more
   */
  Prompt read(GenerationSpec spec) {
    int[] ids = encode(withinReach(spec), spec.specialTokens());
    if (ids.length == 0) {
      throw new InvalidRequestException("prompt", "is empty; give at least one character");
    }
    for (int id : ids) {
      if (id >= vocabulary) {
        throw new InvalidRequestException(
            "prompt",
            "holds token " + id + ", which the model's vocabulary of " + vocabulary + " lacks");
      }
    }
    int wanted = spec.maxNewTokens() == null ? DEFAULT_NEW_TOKENS : spec.maxNewTokens();
    if (spec.truncatePrompt()) {
      ids = lastTokens(ids, context - Math.min(wanted, context / 2));
    }
    if (ids.length >= context) {
      throw new InvalidRequestException(
          "prompt",
          ids.length
              + " tokens leave no room for an answer in the model's context of "
              + context
              + "; shorten it, or set truncate_prompt to keep its end");
    }
    return new Prompt(ids, Math.min(wanted, context - ids.length));
  }

  private String withinReach(GenerationSpec spec) {
    String prompt = spec.prompt();
    int most = (int) Math.min(Integer.MAX_VALUE, context * MOST_CHARS_PER_TOKEN);
    if (prompt.length() <= most) {
      return prompt;
    }
    if (spec.truncatePrompt()) {
      return prompt.substring(prompt.length() - most);
    }
    throw new InvalidRequestException(
        "prompt",
        prompt.length()
            + " characters are more than the model's context of "
            + context
            + " tokens can hold; shorten it, or set truncate_prompt to keep its end");
  }

  private int[] encode(String prompt, boolean specialTokens) {
    try {
      return tokenizer.encode(prompt, specialTokens);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("prompt", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Keeps what a tokenizer puts before every text, such as the beginning-of-text token, and the
   * end.
   */
  private int[] lastTokens(int[] ids, int most) {
    if (ids.length <= most) {
      return ids;
    }
    int[] prefix = tokenizer.encode("");
    int kept =
        prefix.length < most && Arrays.mismatch(prefix, ids) == prefix.length ? prefix.length : 0;
    int[] result = Arrays.copyOf(ids, most);
    System.arraycopy(ids, ids.length - (most - kept), result, kept, most - kept);
    return result;
  }
}
