package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import org.junit.jupiter.api.Test;

class LoadMonitorTest {
  private static final FleetThresholds FLEET = new FleetThresholds(3, 0.5, 0.4, 0);

  @Test
  void loadIsHighWhenBothExceedTheirThresholdsAndLowWhenNeitherDoes() {
    LoadMonitor monitor = new LoadMonitor(10, 0.7, 0.7, true, FLEET);

    assertThat(monitor.add(0.6, 0.5)).isEqualTo(CognitiveLoad.HIGH);
    assertThat(monitor.add(0.6, 0.4)).isEqualTo(CognitiveLoad.MEDIUM);
    assertThat(monitor.add(0.5, 0.5)).isEqualTo(CognitiveLoad.MEDIUM);
    assertThat(monitor.add(0.5, 0.4)).isEqualTo(CognitiveLoad.LOW);
  }

  @Test
  void aYoungSequenceUsesTheFleetsThresholds() {
    LoadMonitor monitor = new LoadMonitor(10, 0.7, 0.7, true, FLEET);
    for (int token = 0; token < 9; token++) {
      monitor.add(0.9, 0.9);
    }

    assertThat(monitor.surprisalThreshold()).isEqualTo(0.5);
    assertThat(monitor.entropyThreshold()).isEqualTo(0.4);
  }

  @Test
  void afterAWindowItsOwnQuantileIsBlendedInAndWeighsMoreWithAge() {
    LoadMonitor monitor = new LoadMonitor(10, 0.7, 0.7, true, FLEET);
    for (int token = 0; token < 10; token++) {
      monitor.add(0.9, 0.8);
    }
    double young = monitor.surprisalThreshold();
    for (int token = 0; token < 990; token++) {
      monitor.add(0.9, 0.8);
    }

    assertThat(young).isBetween(0.55, 0.65);
    assertThat(monitor.surprisalThreshold()).isCloseTo(0.9, within(0.02));
    assertThat(monitor.entropyThreshold()).isCloseTo(0.8, within(0.02));
  }

  @Test
  void onlyRecentTokensCount() {
    LoadMonitor monitor = new LoadMonitor(10, 0.5, 0.5, true, FLEET);
    for (int token = 0; token < 2000; token++) {
      monitor.add(0.1, 0.1);
    }
    for (int token = 0; token < 100; token++) {
      monitor.add(0.9, 0.9);
    }

    assertThat(monitor.surprisalThreshold()).isGreaterThan(0.85);
  }

  @Test
  void frozenThresholdsStayTheFleets() {
    LoadMonitor monitor = new LoadMonitor(10, 0.7, 0.7, false, FLEET);
    for (int token = 0; token < 100; token++) {
      monitor.add(0.9, 0.9);
    }

    assertThat(monitor.surprisalThreshold()).isEqualTo(0.5);
  }

  @Test
  void quantilesAreLinearBetweenNeighbours() {
    double[] values = {4, 1, 3, 2, 99};

    assertThat(LoadMonitor.quantile(values, 4, 0)).isEqualTo(1);
    assertThat(LoadMonitor.quantile(values, 4, 0.5)).isEqualTo(2.5);
    assertThat(LoadMonitor.quantile(values, 4, 1)).isEqualTo(4);
    assertThat(LoadMonitor.quantile(values, 1, 0.7)).isEqualTo(4);
  }
}
