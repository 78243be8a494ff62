package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that kills whoever checks it is known after the restart. */
class CheckMarksTest {
  @TempDir private Path folder;

  @Test
  void countsTheDeathsOfARecordAcrossProcesses() {
    for (int deaths = 0; deaths < 3; deaths++) {
      try (CheckMarks marks = open()) {
        assertThat(marks.begin(5, 9)).isEqualTo(deaths);
      }
    }
  }

  @Test
  void forgetsARecordThatWasSurvived() {
    try (CheckMarks marks = open()) {
      marks.begin(5, 0);
      marks.end(5);
      assertThat(marks.begin(5, 0)).isZero();
    }
  }

  @Test
  void blamesNoOtherRecordAndNoOtherPartition() {
    try (CheckMarks marks = open()) {
      marks.begin(5, 9);
      assertThat(marks.begin(4, 9)).isZero();
      assertThat(marks.begin(5, 10)).isZero();
    }
  }

  @Test
  void takesAMarkThatWasCutOffForNone() throws IOException {
    try (CheckMarks marks = open()) {
      marks.begin(0, 9);
    }
    Path file = folder.resolve("state").resolve("app.checks");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5));

    try (CheckMarks marks = open()) {
      assertThat(marks.begin(0, 9)).isZero();
    }
  }

  private CheckMarks open() {
    return CheckMarks.open(folder.resolve("state").resolve("app.checks"));
  }
}
