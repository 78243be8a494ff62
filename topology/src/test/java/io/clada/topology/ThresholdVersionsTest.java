package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import org.junit.jupiter.api.Test;

/** What can be taken back is in the record itself, where it survives compaction. */
class ThresholdVersionsTest {
  private final Thresholds first = ThresholdVersions.first("m", 0.5, 0.25, 1_000);

  @Test
  void theHistoryBeginsWithTheValuesInForce() {
    Thresholds second = moved(first, 0.75f);

    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(second.getHistory())
        .extracting(PastThresholds::getVersion, PastThresholds::getSurprisal)
        .containsExactly(tuple(2L, 0.75f), tuple(1L, 0.5f));
  }

  @Test
  void theHistoryHoldsTheLast32Values() {
    Thresholds last = first;
    for (int i = 0; i < 100; i++) {
      last = moved(last, i);
    }

    assertThat(last.getHistory())
        .hasSize(32)
        .extracting(PastThresholds::getVersion)
        .startsWith(101L, 100L)
        .endsWith(70L);
  }

  @Test
  void anotherKeepRatioIsAnotherVersionButNoOtherValues() {
    Thresholds more = ThresholdVersions.keepRatio(first, 0.1, "calm");

    assertThat(more.getVersion()).isEqualTo(2);
    assertThat(more.getKeepRatioOffset()).isEqualTo(0.1f);
    assertThat(more.getKeepRatioReason()).isEqualTo("calm");
    assertThat(more.getHistory()).isEqualTo(first.getHistory());
  }

  private static Thresholds moved(Thresholds last, float surprisal) {
    return ThresholdVersions.remembered(ThresholdVersions.next(last).setSurprisal(surprisal));
  }
}
