package io.clada.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Files that belong to one process at a time; closing the channel, or dying, gives them back. */
final class LockedFile {
  private LockedFile() {}

  /**
   * Opens the file for reading and writing, made where missing.
   *
   * @param what is said to be in use if it is, as in "data folder x"
   */
  static FileChannel open(Path path, String what) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this same JVM: refused below like a lock held by another one.
    } finally {
      if (lock == null) {
        file.close();
      }
    }
    if (lock == null) {
      throw new EmbeddedStartException(
          what + " is already in use; stop what uses it or choose another one", null);
    }
    return file;
  }
}
