package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamClockTest {
  private static final long GRACE = 30_000;
  private static final long BEGIN = 1_000_000;

  private final StreamClock clock = new StreamClock(GRACE, BEGIN);

  @Test
  void timeIsThatOfTheSlowestPartition() {
    clock.heard("m", 0, BEGIN);
    clock.heard("m", 1, BEGIN);

    assertThat(clock.time("m", seen(Map.of(0, 900_000L, 1, 500_000L)), BEGIN)).isEqualTo(500_000);
  }

  @Test
  void aSilentPartitionIsNotWaitedFor() {
    clock.heard("m", 0, BEGIN + GRACE);

    assertThat(clock.time("m", seen(Map.of(0, 900_000L, 1, 500_000L)), BEGIN + GRACE))
        .isEqualTo(900_000);
  }

  @Test
  void afterARestartEachPartitionHasTheGraceToBeHeardAgain() {
    clock.heard("m", 0, BEGIN + GRACE - 1);

    assertThat(clock.time("m", seen(Map.of(0, 900_000L, 1, 500_000L)), BEGIN + GRACE - 1))
        .isEqualTo(500_000);
  }

  @Test
  void withAllPartitionsSilentTimeIsTheWallClocks() {
    clock.heard("m", 0, BEGIN);

    assertThat(clock.time("m", seen(Map.of(0, 900_000L)), BEGIN + GRACE)).isEqualTo(BEGIN + GRACE);
  }

  @Test
  void timeIsSettledOnceUnknownPartitionsHadTheGraceToBeHeard() {
    assertThat(clock.isSettled(BEGIN + GRACE - 1)).isFalse();
    assertThat(clock.isSettled(BEGIN + GRACE)).isTrue();
  }

  @Test
  void modelsDoNotKeepEachOtherAwake() {
    clock.heard("other", 0, BEGIN + GRACE);

    assertThat(clock.time("m", seen(Map.of(0, 900_000L)), BEGIN + GRACE)).isEqualTo(BEGIN + GRACE);
  }

  private static Progress seen(Map<Integer, Long> latest) {
    return new Progress(0, 0, latest);
  }
}
