package io.clada.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one broker: kept and held under a lock against a second broker, or temporary and
 * deleted at close.
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  private final Path folder;
  private final boolean temporary;
  private final FileChannel lockFile;

  private DataFolder(Path folder, boolean temporary, FileChannel lockFile) {
    this.folder = folder;
    this.temporary = temporary;
    this.lockFile = lockFile;
  }

  /**
   * @param kept null for a temporary folder
   * @param temporaryRoot where a temporary folder is made
   */
  static DataFolder open(@Nullable Path kept, Path temporaryRoot) {
    if (kept == null) {
      try {
        Path folder = Files.createTempDirectory(temporaryRoot, "clada-kafka-");
        return new DataFolder(folder, true, lock(folder));
      } catch (IOException e) {
        throw new EmbeddedStartException(
            "the embedded Kafka broker cannot create a temporary folder in "
                + temporaryRoot
                + ": "
                + reason(e)
                + "; set -Djava.io.tmpdir, or give it a data folder",
            e);
      }
    }
    try {
      return new DataFolder(kept, false, lock(Files.createDirectories(kept)));
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "data folder " + kept + " cannot be written to: " + reason(e) + "; choose another one",
          e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    return LockedFile.open(folder.resolve(".lock"), "data folder " + folder);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  /** Kafka's own folder; nothing else may lie in it. */
  Path logs() {
    return folder.resolve("broker");
  }

  @Override
  public void close() {
    try {
      lockFile.close();
      if (temporary) {
        deleteTree(folder);
      }
    } catch (IOException e) {
      LOG.warn("{} is left behind: {}", folder, reason(e));
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          /** A file that one of Kafka's last threads deleted first is no failure. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
