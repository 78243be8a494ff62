package io.clada.engine.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.clada.engine.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A model's tokenizer.json, run by Hugging Face's own library. Nothing is downloaded and nothing is
 * reported to anyone.
 *
 * <p>Safe for use by several threads. {@link #close} waits for calls under way; later ones throw
 * {@link IllegalStateException}.
 */
public final class TextTokenizer implements AutoCloseable {
  /** Characters of the longest text that is encoded: what a Kafka record holds by default. */
  public static final int MAX_CHARS = 1 << 20;

  private static final long MAX_FILE_BYTES = 256L << 20;
  private static final String FILE = "tokenizer.json";

  /** Without these, DJL takes the file's own truncation and padding, or 512 tokens. */
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "true", "truncation", "do_not_truncate", "padding", "do_not_pad");

  // The native tokenizer is freed by close; using it then would crash the process.
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads tokenizer.json.
   *
   * @param directory a model directory
   * @throws ModelLoadException if it has none, or one that cannot be read
   */
  public static TextTokenizer load(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(directory + ": no " + FILE);
    }
    // Before the first use of DJL, which would otherwise look for a cloud's metadata service.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // On a computer with CUDA it would look for, and download, a build for that.
    System.setProperty("RUST_FLAVOR", "cpu");
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new ModelLoadException(
            FILE + ": " + size + " bytes is too large; at most " + MAX_FILE_BYTES);
      }
      var json = new ByteArrayInputStream(Files.readAllBytes(file));
      return new TextTokenizer(HuggingFaceTokenizer.newInstance(json, OPTIONS));
    } catch (IOException e) {
      throw new ModelLoadException(FILE + ": cannot be read: " + e, e);
    } catch (RuntimeException e) {
      throw new ModelLoadException(FILE + ": not a tokenizer: " + firstLine(e), e);
    }
  }

  /**
   * Token ids, with the special tokens that the tokenizer's own post-processor adds. A surrogate
   * without its other half becomes U+FFFD.
   *
   * @throws IllegalArgumentException if the text has more than {@link #MAX_CHARS} characters
   */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * As {@link #encode(String)}.
   *
   * @param specialTokens whether to add the tokenizer's own, such as the one that begins a text
   */
  public int[] encode(String text, boolean specialTokens) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "%d characters are too many to encode; at most %d".formatted(text.length(), MAX_CHARS));
    }
    String whole = WellFormed.of(text);
    return use(library -> ids(library.getHandle(), whole, specialTokens));
  }

  /** Leaves out what DJL's own Encoding carries along: a string and a span for each token. */
  private static int[] ids(long tokenizer, String text, boolean specialTokens) {
    long encoding = TokenizersLibrary.LIB.encode(tokenizer, text, specialTokens);
    try {
      return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
          .mapToInt(Math::toIntExact)
          .toArray();
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /** Text, without special tokens and otherwise as the tokenizer's decoder makes it. */
  public String decode(int[] ids) {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    return use(library -> library.decode(wide, true));
  }

  /**
   * Text that is about to be generated.
   *
   * @param prompt the ids before it, special tokens included; may be empty
   */
  public TextStream stream(int[] prompt) {
    return new TextStream(this::decode, prompt);
  }

  @Override
  public void close() {
    Lock lock = closing.writeLock();
    lock.lock();
    try {
      tokenizer.close();
    } finally {
      lock.unlock();
    }
  }

  private <T> T use(Function<HuggingFaceTokenizer, T> call) {
    Lock lock = closing.readLock();
    lock.lock();
    try {
      return call.apply(tokenizer);
    } finally {
      lock.unlock();
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
