package io.clada.bench;

import io.clada.engine.ModelLoadException;
import io.clada.engine.decoder.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a model takes in memory, in each precision, and most while it is loaded. */
final class MemoryBench {
  private static final String SECTION = "memory";

  private final Report report;

  MemoryBench(Report report) {
    this.report = report;
  }

  void run(Path directory) throws IOException, InterruptedException {
    double floats = 0;
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.INT8)) {
      LoadedMemory.Bytes bytes = loaded(directory, precision);
      double weights = bytes.after() - bytes.before();
      floats = floats == 0 ? weights : floats;
      String name = precision.name().toLowerCase(Locale.ROOT);
      report.add(
          Figure.of(SECTION, name + ", weights", weights / 1e9, "GB")
              .withTarget(precision == Precision.INT8 ? "0.30 of float32" : "")
              .withNote(String.format(Locale.ROOT, "%.3f of float32", weights / floats)));
      report.add(
          Figure.of(SECTION, name + ", most while loading", bytes.peak() / 1e9, "GB")
              .withTarget("1.15 of its weights")
              .withNote(
                  String.format(
                      Locale.ROOT,
                      "%.2f of its weights, %.2f without what the process had before",
                      bytes.peak() / weights,
                      (bytes.peak() - bytes.beforeAll()) / weights)));
    }
  }

  /** In a JVM of its own, with this one's class path. */
  private static LoadedMemory.Bytes loaded(Path directory, Precision precision)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LoadedMemory.class.getName(),
                directory.toString(),
                precision.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> lines = out.lines().toList();
      if (process.waitFor() != 0 || lines.isEmpty()) {
        throw new ModelLoadException("the process that was to load " + precision + " failed");
      }
      return LoadedMemory.Bytes.parse(lines.get(lines.size() - 1));
    }
  }
}
