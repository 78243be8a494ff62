package io.clada.engine.eval;

/**
 * A share of trials, with the Wilson score interval: it stays within 0 and 1 and holds for few
 * trials too.
 */
public record Proportion(long successes, long trials) {
  /** Of a normal distribution, for 95 %. */
  private static final double Z = 1.959963984540054;

  public Proportion {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " successes of " + trials + " trials");
    }
  }

  /** 0 to 1. */
  public double share() {
    return (double) successes / trials;
  }

  /** Lower end of the interval that holds the true share in 95 of 100 cases. */
  public double low() {
    return Math.max(0, centre() - halfWidth());
  }

  /** Upper end of the interval that holds the true share in 95 of 100 cases. */
  public double high() {
    return Math.min(1, centre() + halfWidth());
  }

  private double centre() {
    return (share() + Z * Z / (2.0 * trials)) / (1 + Z * Z / trials);
  }

  private double halfWidth() {
    double variance = share() * (1 - share()) / trials + Z * Z / (4.0 * trials * trials);
    return Z * Math.sqrt(variance) / (1 + Z * Z / trials);
  }
}
