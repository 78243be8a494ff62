package io.clada.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a few texts say of all others of their kind. */
class BootstrapTest {
  private static final int TEXTS = 40;
  private static final int TOKENS = 20;

  /** What leaving weights out costs on the average, in bits per token. */
  private static final double TRUE_LOSS = 0.01;

  private final Bootstrap bootstrap = new Bootstrap(1);

  @Test
  void theMeanRiseIsThatOfAllTokens() {
    Score dense = new Score(List.of(new double[] {1, 2}, new double[] {3}), 1, 1);
    Score sparse = new Score(List.of(new double[] {1.5, 2}, new double[] {3.25}), 0.5, 0.5);

    assertThat(bootstrap.rise(sparse, dense).mean())
        .isCloseTo(Math.pow(2, 0.75 / 3) - 1, within(1e-12));
  }

  @Test
  void theMostThatItMayBeHoldsForOtherTextsAsOftenAsPromised() {
    Random random = new Random(7);
    double rise = Math.pow(2, TRUE_LOSS) - 1;
    int experiments = 300;
    int held = 0;
    for (int i = 0; i < experiments; i++) {
      Score dense = dense(random);
      if (bootstrap.rise(sparse(dense, TRUE_LOSS, random), dense).most() >= rise) {
        held++;
      }
    }
    // 99 % of 300 less what chance and so few texts make of it.
    assertThat(held).isBetween(286, 300);
  }

  @Test
  void oneSettingIsBetterOnlyWhereThatCannotBeChance() {
    Random random = new Random(9);
    int byChance = 0;
    int seen = 0;
    for (int i = 0; i < 100; i++) {
      Score dense = dense(random);
      Score one = sparse(dense, TRUE_LOSS, random);
      byChance += bootstrap.surelyLower(sparse(dense, TRUE_LOSS, random), one) ? 1 : 0;
      seen += bootstrap.surelyLower(sparse(dense, -0.2, random), one) ? 1 : 0;
    }
    assertThat(byChance).isLessThanOrEqualTo(5);
    assertThat(seen).isGreaterThan(90);
  }

  @Test
  void theSameSeedGivesTheSameAnswer() {
    Random random = new Random(3);
    Score dense = dense(random);
    Score sparse = sparse(dense, TRUE_LOSS, random);

    assertThat(new Bootstrap(5).rise(sparse, dense))
        .isEqualTo(new Bootstrap(5).rise(sparse, dense));
  }

  private static Score dense(Random random) {
    List<double[]> bits = new ArrayList<>();
    for (int text = 0; text < TEXTS; text++) {
      bits.add(random.doubles(TOKENS, 0, 8).toArray());
    }
    return new Score(bits, 1, 1);
  }

  /** Tokens of a text have a part of their loss in common. */
  private static Score sparse(Score dense, double loss, Random random) {
    List<double[]> bits = new ArrayList<>();
    for (double[] text : dense.bits()) {
      double common = random.nextGaussian() * 0.05;
      double[] mine = text.clone();
      for (int token = 0; token < mine.length; token++) {
        mine[token] += loss + common + random.nextGaussian() * 0.3;
      }
      bits.add(mine);
    }
    return new Score(bits, 0.5, 0.5);
  }
}
