package io.clada.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of a file, one a line: the key's SHA-256 in hexadecimal digits, the tenant, and how
 * many tokens it may use per minute (0 or nothing: any number). Empty lines and those that begin
 * with {@code #} say nothing. The file is read again when it has changed; while it is wrong, or
 * gone, what it said last holds.
 */
public final class ApiKeys {
  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final Pattern LINE =
      Pattern.compile("([0-9a-fA-F]{64})\\s+(\\S{1,256})(?:\\s+(\\d{1,10}))?");

  /** Of ten digits; buckets refill by a token per nanosecond at most. */
  private static final long MOST_TOKENS_PER_MINUTE = 9_999_999_999L;

  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int KEY_BYTES = 32;

  private record Stamp(FileTime modified, long size) {}

  private final Path file;
  private volatile List<ApiKey> keys = List.of();
  private @Nullable Stamp stamp;
  private long lookedNanos;

  /**
   * @throws GatewayException if the file can't be read or a line is wrong
   */
  ApiKeys(Path file) {
    this.file = file;
    load();
    lookedNanos = System.nanoTime();
  }

  /**
   * Makes a key and adds its line to a file, which is made if it is not there.
   *
   * @param tokensPerMinute 0: any number
   * @return the key, which is kept nowhere
   * @throws GatewayException if the file can't be written, or the tenant or the limit cannot be
   */
  public static String add(Path file, String tenant, long tokensPerMinute) {
    if (tokensPerMinute < 0 || tokensPerMinute > MOST_TOKENS_PER_MINUTE) {
      throw new GatewayException(
          "tokens per minute: %d is not from 0 to %d"
              .formatted(tokensPerMinute, MOST_TOKENS_PER_MINUTE));
    }
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    String key = "clada-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String line = HexFormat.of().formatHex(hash(key)) + " " + tenant + " " + tokensPerMinute;
    if (!LINE.matcher(line).matches()) {
      throw new GatewayException(
          "'" + tenant + "' can't be a tenant's name: use 1 to 256 characters without spaces");
    }
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      String before = Files.readString(file);
      String separator = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
      Files.writeString(file, separator + line + "\n", StandardOpenOption.APPEND);
      return key;
    } catch (IOException e) {
      throw new GatewayException("the keys' file " + file + " can't be written: " + e, e);
    }
  }

  /** For its owner's eyes. */
  private static void create(Path file) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  /** Null if nobody has this key. Every key is looked at, so that the time taken tells nothing. */
  @Nullable ApiKey find(String key) {
    reloadIfChanged();
    byte[] hash = hash(key);
    ApiKey found = null;
    for (ApiKey candidate : keys) {
      if (candidate.hasHash(hash)) {
        found = candidate;
      }
    }
    return found;
  }

  private synchronized void reloadIfChanged() {
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = now;
    try {
      if (!look().equals(stamp)) {
        load();
        log.info("{} was read again: {} keys", file, keys.size());
      }
    } catch (IOException | GatewayException e) {
      log.warn("{} can't be read again, so what it said last holds: {}", file, e.getMessage());
    }
  }

  private Stamp look() throws IOException {
    return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
  }

  private synchronized void load() {
    try {
      Stamp current = look();
      List<ApiKey> read = new ArrayList<>();
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          read.add(kept(parse(line, i + 1)));
        }
      }
      keys = List.copyOf(read);
      stamp = current;
    } catch (IOException e) {
      throw new GatewayException("the keys' file " + file + " can't be read: " + e, e);
    }
  }

  /** The line is not repeated: it may hold a key by mistake. */
  private ApiKey parse(String line, int number) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new GatewayException(
          file
              + ", line "
              + number
              + ": expected a SHA-256 of 64 hexadecimal digits, a tenant and, where it is limited,"
              + " its tokens per minute");
    }
    String limit = parts.group(3);
    return new ApiKey(
        HexFormat.of().parseHex(parts.group(1)),
        parts.group(2),
        limit == null ? 0 : Long.parseLong(limit));
  }

  /** A key whose line is as it was keeps what it has used. */
  private ApiKey kept(ApiKey read) {
    return keys.stream().filter(read::isSameAs).findFirst().orElse(read);
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
