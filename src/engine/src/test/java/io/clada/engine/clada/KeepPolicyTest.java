package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.decoder.Keep;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeepPolicyTest {
  private static final long[] INPUTS = {192, 192, 192, 1280};
  private static final double[] RATIOS = {0.6, 0.6, 0.6, 0.4};
  private static final double[] ALWAYS_SPARSE = {2, 2, 2, 2};

  /** Each matrix's inputs reach 2 at a share of 0.2, 1 at 0.6 and 0.5 at 0.8. */
  private static Profile profile(double swing) {
    List<Double> row = List.of(2.0, 1.0, 0.5);
    return new Profile(
        1,
        List.of(0.2, 0.6, 0.8),
        Collections.nCopies(4, row),
        List.of(0.6, 0.6, 0.6, 0.4),
        swing,
        0,
        null,
        Map.of());
  }

  private static KeepPolicy policy(Profile profile, float[][] prompt, long tokens) {
    return new KeepPolicy(INPUTS, profile, RATIOS, 0, ALWAYS_SPARSE, 100, prompt, tokens);
  }

  @Test
  void theProfilesThresholdBelongsToTheRatio() {
    Keep keep = policy(profile(0), null, 0).after(CognitiveLoad.MEDIUM);

    assertThat(keep.thresholds()).containsExactly(1, 1, 1, 1.5);
    assertThat(keep.floors()).containsExactly(4, 4, 4, 100);
  }

  @Test
  void withoutAProfileTheLargestInputsAreKeptInTheRatiosNumber() {
    Keep keep = policy(null, null, 0).after(CognitiveLoad.LOW);

    assertThat(keep.floors()).containsExactly(115, 115, 115, 512);
    assertThat(keep.thresholds()).containsOnly(Double.MAX_VALUE);
  }

  @Test
  void aRatioOfOneIsDense() {
    Keep keep =
        new KeepPolicy(
                INPUTS, profile(0.1), new double[] {1, 0.6, 1, 0.4}, 0, ALWAYS_SPARSE, 100, null, 0)
            .after(CognitiveLoad.LOW);

    assertThat(keep.floors()).containsExactly(Long.MAX_VALUE, 4, Long.MAX_VALUE, 100);
  }

  @Test
  void highLoadLowersThresholdsAndLowLoadRaisesThem() {
    KeepPolicy policy = policy(profile(0.1), null, 0);

    assertThat(policy.after(CognitiveLoad.HIGH).thresholds()[0]).isCloseTo(0.75, within(1e-9));
    assertThat(policy.after(CognitiveLoad.MEDIUM).thresholds()[0]).isEqualTo(1);
    assertThat(policy.after(CognitiveLoad.LOW).thresholds()[0]).isCloseTo(1.25, within(1e-9));
  }

  @Test
  void aPromptWithLargerActivationsRaisesThresholdsTheMoreTheLongerItIs() {
    float[] larger = {3, 1.5f, 0.75f};
    float[][] prompt = {larger, larger, larger, larger};

    assertThat(policy(profile(0), prompt, 128).after(CognitiveLoad.MEDIUM).thresholds()[0])
        .isCloseTo(1.25, within(1e-6));
    assertThat(policy(profile(0), prompt, 1_000_000).after(CognitiveLoad.MEDIUM).thresholds()[0])
        .isCloseTo(1.5, within(1e-3));
  }

  @Test
  void aStrangePromptMovesThresholdsByATwofoldAtMost() {
    float[] huge = {300, 150, 75};

    assertThat(
            policy(profile(0), new float[][] {huge, huge, huge, huge}, 1_000_000)
                .after(CognitiveLoad.MEDIUM)
                .thresholds()[0])
        .isCloseTo(2, within(1e-3));
  }
}
