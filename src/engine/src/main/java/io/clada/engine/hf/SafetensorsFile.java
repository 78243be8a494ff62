package io.clada.engine.hf;

import io.clada.engine.ModelLoadException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One safetensors file: eight bytes of header length, a JSON header, and the tensors. */
final class SafetensorsFile implements AutoCloseable {
  /**
   * Room for 100,000 tensors; the format allows six times as much. A header of JSON's smallest
   * values takes some 30 times its size in memory.
   */
  static final long MAX_HEADER_BYTES = 16 << 20;

  private static final int PREFIX_BYTES = 8;

  /** By which a file is known to be the one that it was. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
    }
  }

  private final Path path;
  private final String label;
  private final Stamp stamp;
  private final FileChannel channel;
  private final Map<String, SafetensorsHeader.Entry> entries;

  private SafetensorsFile(
      Path path, Stamp stamp, FileChannel channel, Map<String, SafetensorsHeader.Entry> entries) {
    this.path = path;
    this.label = path.getFileName().toString();
    this.stamp = stamp;
    this.channel = channel;
    this.entries = entries;
  }

  static SafetensorsFile open(Path file) {
    String label = file.getFileName().toString();
    FileChannel channel = null;
    try {
      if (!Files.isRegularFile(file)) {
        throw Refusal.of(label, "not a file");
      }
      Stamp stamp = Stamp.of(file);
      channel = FileChannel.open(file, StandardOpenOption.READ);
      return new SafetensorsFile(file, stamp, channel, entries(label, channel));
    } catch (IOException | RuntimeException e) {
      closeAfter(e, channel);
      if (e instanceof ModelLoadException known) {
        throw known;
      }
      throw Refusal.of(label, "cannot be read: " + e, e);
    }
  }

  Map<String, SafetensorsHeader.Entry> entries() {
    return entries;
  }

  String label() {
    return label;
  }

  Path path() {
    return path;
  }

  /** Whether the path still leads to what was opened, and nobody has written to it. */
  boolean isUnchanged() {
    try {
      return stamp.equals(Stamp.of(path));
    } catch (IOException e) {
      return false;
    }
  }

  /** Fills what remains of the buffer from this position of the file on, and flips it. */
  void read(long position, ByteBuffer into) {
    try {
      fill(channel, position, into);
    } catch (IOException e) {
      throw Refusal.of(label, "cannot be read: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Refusal.of(label, "cannot be closed: " + e, e);
    }
  }

  private static Map<String, SafetensorsHeader.Entry> entries(String label, FileChannel channel)
      throws IOException {
    long size = channel.size();
    if (size < PREFIX_BYTES) {
      throw SafetensorsHeader.truncated(label, size, PREFIX_BYTES);
    }
    long headerBytes = read(channel, 0, PREFIX_BYTES).getLong();
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) {
      throw Refusal.of(
          label,
          "not a safetensors file: its first 8 bytes give a header of %s bytes"
              .formatted(Long.toUnsignedString(headerBytes)));
    }
    if (headerBytes > size - PREFIX_BYTES) {
      throw SafetensorsHeader.truncated(label, size, PREFIX_BYTES + headerBytes);
    }
    byte[] header = read(channel, PREFIX_BYTES, (int) headerBytes).array();
    JsonFile json = JsonFile.parse(label, header);
    return SafetensorsHeader.entries(json, PREFIX_BYTES + headerBytes, size);
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    return fill(channel, position, ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ByteBuffer fill(FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    int start = buffer.position();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position() - start) < 0) {
        throw new EOFException("it became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static void closeAfter(Exception e, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException closing) {
      e.addSuppressed(closing);
    }
  }
}
