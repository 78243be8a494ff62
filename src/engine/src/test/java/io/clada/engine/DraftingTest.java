package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.decoder.Costs;
import io.clada.engine.decoder.Site;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How far is drafted, by costs and by what passes have taken. */
class DraftingTest {
  private static final int PLENTY = 100;
  private static final double[] HALF = {0.5, 0.5, 0.5, 0.5};
  private static final double DENSE = 4;

  /** Of one layer: a dense step takes four seconds whatever its rows, a sparse one its share. */
  private final Costs costs =
      new Costs(
          1,
          new int[] {1, 16},
          perSite(new double[] {1, 1}),
          new double[] {0.25, 1},
          perSite(new double[] {0.25, 1}));

  private final Drafting drafting = new Drafting(costs, false);

  private static double[][] perSite(double[] seconds) {
    double[][] sites = new double[Site.COUNT][];
    Arrays.fill(sites, seconds);
    return sites;
  }

  @Test
  void draftsWhereCostsPromiseAGain() {
    assertThat(drafting.length(PLENTY, HALF)).isPositive();
    assertThat(drafting.length(2, HALF)).as("one is left beside the pass's own").isEqualTo(1);
    assertThat(drafting.length(1, HALF)).isZero();
  }

  @Test
  void draftsNoMoreWhereADraftTakesAsLongAsADenseStep() {
    for (int i = 0; i < 50; i++) {
      drafting.stepped(DENSE);
      drafting.verified(HALF, 2, 2, 2 * DENSE, DENSE);
    }

    assertThat(drafting.length(PLENTY, HALF)).isZero();
  }

  @Test
  void draftsWhereAllPassesTakeTwiceTheirProducts() {
    for (int i = 0; i < 50; i++) {
      drafting.stepped(2 * DENSE);
      drafting.verified(HALF, 2, 2, 2 * DENSE, 2 * DENSE);
    }

    assertThat(drafting.length(PLENTY, HALF)).isPositive();
  }

  @Test
  void draftsNoMoreWhereTheyAreWrong() {
    for (int i = 0; i < 200; i++) {
      drafting.verified(HALF, 1, 0, DENSE / 2, DENSE);
    }

    assertThat(drafting.length(PLENTY, HALF)).isZero();
  }
}
