package io.clada.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores in a state folder that nobody has written to for a while. Kafka Streams would bring them
 * up to date from where they ended; but what was deleted meanwhile has left no trace in a changelog
 * after {@link Changelogs#DELETIONS_KEPT}, and a request that has ended elsewhere would come back
 * to life. Without its folder a store is read from the changelog's beginning, which is short.
 */
final class IdleStores {
  private static final Logger LOG = LoggerFactory.getLogger(IdleStores.class);
  private static final Pattern TASK = Pattern.compile("\\d+_\\d+");

  private IdleStores() {}

  /**
   * Deletes the folders of tasks in which no file has changed since then. Only for a folder that no
   * running instance of Kafka Streams has.
   *
   * @param folder of the application, in the state folder; need not exist
   * @throws WorkerException if one can't be deleted
   */
  static void delete(Path folder, Instant since) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path task : all.filter(IdleStores::isTask).toList()) {
        if (lastChange(task).isBefore(since)) {
          LOG.info("{} has not been used since {}: it is read anew", task, lastChange(task));
          Utils.delete(task.toFile());
        }
      }
    } catch (IOException e) {
      throw new WorkerException("state.dir: " + folder + " can't be tidied up: " + e, e);
    }
  }

  private static boolean isTask(Path path) {
    return TASK.matcher(path.getFileName().toString()).matches() && Files.isDirectory(path);
  }

  private static Instant lastChange(Path task) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(task)) {
      files = all.toList();
    }
    Instant last = Instant.MIN;
    for (Path file : files) {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      last = changed.isAfter(last) ? changed : last;
    }
    return last;
  }
}
