package io.clada.worker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which record of each partition is being checked, in a file, so that one that kills the process
 * before it could be stored is known for it once the process is back.
 *
 * <p>A store's record would be as durable as its next commit, and every request would wait for
 * that. The file outlives a process, if not a computer, at the price of two writes of a few bytes.
 * It is as local as the state folder: each worker of a fleet has to make its own experience.
 */
final class CheckMarks implements AutoCloseable {
  /** Of a partition: the record's offset and one more, so that zeros are none; its deaths. */
  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

  private final Path path;
  private final RandomAccessFile file;

  private CheckMarks(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  static CheckMarks open(Path path) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      return new CheckMarks(path, new RandomAccessFile(path.toFile(), "rw"));
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /**
   * A check begins, and counts as a death of the process until it ends.
   *
   * @return how often the process has died of checking this record
   */
  synchronized int begin(int partition, long offset) {
    try {
      long entry = (long) partition * ENTRY_BYTES;
      int deaths = 0;
      if (entry + ENTRY_BYTES <= file.length()) { // a full disk may have kept a part of it
        file.seek(entry);
        deaths = file.readLong() == offset + 1 ? file.readInt() : 0;
      }
      write(entry, offset + 1, deaths + 1);
      return deaths;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  synchronized void end(int partition) {
    try {
      write((long) partition * ENTRY_BYTES, 0, 0);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private void write(long entry, long offset, int deaths) throws IOException {
    byte[] bytes = new byte[ENTRY_BYTES];
    ByteBuffer.wrap(bytes).putLong(offset).putInt(deaths);
    file.seek(entry);
    file.write(bytes);
  }

  private static WorkerException unwritable(Path path, IOException e) {
    return new WorkerException(
        "state.dir: " + path + " cannot be written (" + e.getMessage() + ")", e);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }
}
