package io.clada.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A state folder that no other process of this computer uses: the first free one of 0, 1, 2 ...
 * below a root. A process that was killed and started again finds its old folder, and with it its
 * process id, so that the broker fences its former self at once; a second one beside it gets the
 * next folder instead of the error that Kafka Streams has for a shared one.
 */
public final class StateSlot implements AutoCloseable {
  private static final int MOST = 1024;

  private final Path folder;
  private final FileChannel channel;

  private StateSlot(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Claims a folder for a role in the user's home.
   *
   * @param role such as {@code worker}
   * @param below what the state belongs to: folders, one in the other
   * @throws ServiceException if none can be had
   */
  public static StateSlot claim(String role, String... below) {
    Path root = Path.of(System.getProperty("user.home"), ".local", "state", "clada", role);
    return claim(root.resolve(Path.of("", below)));
  }

  static StateSlot claim(Path root) {
    for (int i = 0; i < MOST; i++) {
      StateSlot slot = tryClaim(root.resolve(Integer.toString(i)));
      if (slot != null) {
        return slot;
      }
    }
    throw new ServiceException("state.dir: all " + MOST + " folders below " + root + " are in use");
  }

  /** Its path; the folder is there. */
  public Path folder() {
    return folder;
  }

  /** Lets the next process have the folder; what is in it stays. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable StateSlot tryClaim(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        return null;
      }
      return new StateSlot(folder, channel);
    } catch (IOException e) {
      throw new ServiceException(
          "state.dir: " + folder + " cannot be written (" + e + "); name another with state.dir",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another of this very process
    }
  }
}
