package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a state folder that lay idle. */
final class IdleStoresTest {
  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(1));

  @TempDir Path folder;

  @Test
  void whatMayHaveMissedDeletionsIsDeleted() throws IOException {
    store("0_1", LONG_AGO);

    IdleStores.delete(folder, NOW.minus(Duration.ofMinutes(5)));

    assertThat(folder.resolve("0_1")).doesNotExist();
  }

  @Test
  void whatWasUsedUntilJustNowStays() throws IOException {
    Path store = store("0_2", LONG_AGO);
    touch(store.resolve("000012.sst"), NOW.minus(Duration.ofMinutes(1)));

    IdleStores.delete(folder, NOW.minus(Duration.ofMinutes(5)));

    assertThat(store.resolve("000012.sst")).exists();
  }

  @Test
  void whatIsNoTaskStays() throws IOException {
    touch(folder.resolve("kafka-streams-process-metadata"), LONG_AGO);
    store("global", LONG_AGO);

    IdleStores.delete(folder, NOW);

    assertThat(folder.resolve("kafka-streams-process-metadata")).exists();
    assertThat(folder.resolve("global")).exists();
  }

  @Test
  void aFolderThatIsNotThereYetIsNoFault() {
    assertThatCode(() -> IdleStores.delete(folder.resolve("none"), NOW)).doesNotThrowAnyException();
  }

  private Path store(String task, Instant changed) throws IOException {
    Path store = Files.createDirectories(folder.resolve(task).resolve("rocksdb/progress"));
    touch(store.resolve("000011.sst"), changed);
    List<Path> all;
    try (Stream<Path> walked = Files.walk(folder.resolve(task))) {
      all = walked.toList();
    }
    for (Path path : all) {
      Files.setLastModifiedTime(path, FileTime.from(changed));
    }
    return store;
  }

  private static void touch(Path file, Instant changed) throws IOException {
    Files.writeString(file, "x");
    Files.setLastModifiedTime(file, FileTime.from(changed));
  }
}
