package io.clada.engine.clada;

/**
 * One uniform number per token from a counter, not from a state: a generation that resumes
 * elsewhere draws what it would have drawn. Two rounds of SplitMix64's finaliser (Steele, Lea and
 * Flood, OOPSLA 2014) over seed and token index.
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Uniform in [0, 1), 53 bits. */
  public static double uniform(long seed, long tokenIndex) {
    long mixed = mix(mix(seed + GOLDEN_GAMMA) + (tokenIndex + 1) * GOLDEN_GAMMA);
    return (mixed >>> 11) * 0x1.0p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
