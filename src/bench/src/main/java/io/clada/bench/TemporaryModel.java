package io.clada.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A random model in a directory that is deleted when it is closed.
 *
 * @param directory where it is
 */
record TemporaryModel(Path directory) implements AutoCloseable {
  static TemporaryModel of(RandomModel model, Path tokenizer) throws IOException {
    TemporaryModel made = new TemporaryModel(Files.createTempDirectory("clada-random-model"));
    try {
      model.write(made.directory, tokenizer);
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
