package io.clada.engine.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * The text of generated tokens, piece by piece. The pieces together are {@code decode(prompt +
 * generated)} without its beginning {@code decode(prompt)}, so a space between the two is part of
 * them, although {@code decode(generated)} alone may strip it. A character that takes several
 * tokens comes whole, with the last of them.
 *
 * <p>Each token costs the decoding of a few, however long the text: only the tokens of the last
 * piece are decoded again, for what a decoder does at the beginning of a text. Where generated
 * bytes are not UTF-8, each piece is as if decoded when it came: a byte-fallback tokenizer would
 * turn all of a run of bytes to U+FFFD for one wrong byte at its end, but what is out is not taken
 * back.
 *
 * <p>Confined to one thread.
 */
public final class TextStream {
  /** No character takes more tokens, save where the text is malformed. */
  private static final int MAX_HELD = 16;

  /** Tokens that may lack the rest of a character: all but the last of its four bytes. */
  private static final int MAX_INCOMPLETE = 3;

  /** How far back the prompt is searched for text: beyond a chat template's special tokens. */
  private static final int MAX_PROMPT_TAIL = 64;

  private static final char REPLACEMENT = '\uFFFD';

  private final Function<int[], String> decode;
  private int[] context;
  private String contextText;
  private int[] held = {};

  TextStream(Function<int[], String> decode, int[] prompt) {
    this.decode = decode;
    context = contextOf(decode, prompt);
    contextText = decode.apply(context);
  }

  /** Text that this token completes; empty while a character is incomplete. */
  public String add(int id) {
    held = Arrays.copyOf(held, held.length + 1);
    held[held.length - 1] = id;
    String text = heldText();
    if (!text.isEmpty() && text.charAt(text.length() - 1) != REPLACEMENT) {
      return release(held.length, text);
    }
    return held.length < MAX_HELD ? "" : releaseSome(text);
  }

  /** What is left when no token follows: U+FFFD for a character that was never completed. */
  public String finish() {
    return held.length == 0 ? "" : release(held.length, heldText());
  }

  private String heldText() {
    String text = decode.apply(join(context, held));
    if (text.startsWith(contextText)) {
      return text.substring(contextText.length());
    }
    // A byte that is no character yet: in one run with the bytes before, it made them unreadable.
    context = new int[0];
    contextText = "";
    return decode.apply(held);
  }

  /** Special tokens without end, or bytes that are no character: all but what may be completed. */
  private String releaseSome(String text) {
    if (text.isEmpty()) {
      held = new int[0];
      return "";
    }
    for (int count = held.length - MAX_INCOMPLETE; count > 0; count--) {
      String rest = decode.apply(Arrays.copyOfRange(held, count, held.length));
      String first = decode.apply(join(context, Arrays.copyOf(held, count)));
      if ((first + rest).equals(contextText + text)) {
        return release(count, first.substring(contextText.length()));
      }
    }
    return release(held.length, text);
  }

  private String release(int count, String text) {
    if (!text.isEmpty()) {
      context = Arrays.copyOf(held, count);
      contextText = decode.apply(context);
    }
    held = Arrays.copyOfRange(held, count, held.length);
    return text;
  }

  /** The shortest end of the prompt that is text by itself, beginning with a whole character. */
  private static int[] contextOf(Function<int[], String> decode, int[] prompt) {
    int most = Math.min(prompt.length, MAX_PROMPT_TAIL);
    for (int count = 1; count <= most; count++) {
      int[] tail = Arrays.copyOfRange(prompt, prompt.length - count, prompt.length);
      String text = decode.apply(tail);
      if (!text.isEmpty() && text.indexOf(REPLACEMENT) < 0) {
        return tail;
      }
    }
    return Arrays.copyOfRange(prompt, prompt.length - most, prompt.length);
  }

  private static int[] join(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
