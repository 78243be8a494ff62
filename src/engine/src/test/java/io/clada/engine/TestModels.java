package io.clada.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Models with real weights: the demo, and tiny ones of every family. */
final class TestModels {
  static final Path DEMO = Path.of("../models/demo-llama");
  static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** Leaves out what may be left out, even where dense is faster: what is tested is the text. */
  static final ModelOptions SPARSE =
      new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE);

  private TestModels() {}

  static List<Path> golden() {
    try (Stream<Path> directories = Files.list(GOLDEN)) {
      return directories.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CladaModel demo() {
    return CladaModel.load(DEMO, SPARSE);
  }

  static CladaModel tiny(String name) {
    return CladaModel.load(GOLDEN.resolve(name), SPARSE);
  }

  /** A copy of a model without a profile, to be changed. */
  static Path copy(Path model, Path directory) {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(each -> !each.endsWith("clada-profile.json")).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
