package io.clada.engine.clada;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import java.util.Arrays;

/**
 * Tells a token's cognitive load, under thresholds that follow the sequence's own recent surprisals
 * and entropies (method, section 4). Until the first update, {@code window} tokens in, the fleet's
 * thresholds hold; later the quantiles of the sequence's recent values are blended with them, the
 * more the longer the sequence.
 */
public final class LoadMonitor {
  /** How many update windows back "recent" reaches. */
  private static final int WINDOWS_KEPT = 10;

  /** Tokens at which the sequence's own quantiles weigh as much as the fleet's. */
  private static final double FLEET_WEIGHT = 32;

  private final int window;
  private final double surprisalQuantile;
  private final double entropyQuantile;
  private final boolean adaptive;
  private final FleetThresholds fleet;
  private final double[] surprisals;
  private final double[] entropies;
  private int tokens;
  private double surprisalThreshold;
  private double entropyThreshold;

  /**
   * @param window tokens between two updates
   * @param surprisalQuantile quantile of recent surprisals that is their threshold, 0 to 1
   * @param entropyQuantile quantile of recent entropies that is their threshold, 0 to 1
   * @param adaptive false: the fleet's thresholds for ever
   */
  public LoadMonitor(
      int window,
      double surprisalQuantile,
      double entropyQuantile,
      boolean adaptive,
      FleetThresholds fleet) {
    this.window = window;
    this.surprisalQuantile = surprisalQuantile;
    this.entropyQuantile = entropyQuantile;
    this.adaptive = adaptive;
    this.fleet = fleet;
    surprisals = new double[window * WINDOWS_KEPT];
    entropies = new double[window * WINDOWS_KEPT];
    surprisalThreshold = fleet.surprisal();
    entropyThreshold = fleet.entropy();
  }

  /**
   * Takes the next token and tells its load under the thresholds that held before it.
   *
   * @param surprisal normalised by log2 of the vocabulary's size
   * @param entropy normalised likewise
   */
  public CognitiveLoad add(double surprisal, double entropy) {
    CognitiveLoad load = classify(surprisal, entropy);
    surprisals[tokens % surprisals.length] = surprisal;
    entropies[tokens % entropies.length] = entropy;
    tokens++;
    if (adaptive && tokens % window == 0) {
      double own = tokens / (tokens + FLEET_WEIGHT);
      int recent = Math.min(tokens, surprisals.length);
      surprisalThreshold =
          own * quantile(surprisals, recent, surprisalQuantile) + (1 - own) * fleet.surprisal();
      entropyThreshold =
          own * quantile(entropies, recent, entropyQuantile) + (1 - own) * fleet.entropy();
    }
    return load;
  }

  /** What load a token would have under the thresholds that hold now; both are normalised. */
  public CognitiveLoad classify(double surprisal, double entropy) {
    boolean surprised = surprisal > surprisalThreshold;
    boolean unsure = entropy > entropyThreshold;
    if (surprised && unsure) {
      return CognitiveLoad.HIGH;
    }
    return surprised || unsure ? CognitiveLoad.MEDIUM : CognitiveLoad.LOW;
  }

  /** Normalised, for the next token. */
  public double surprisalThreshold() {
    return surprisalThreshold;
  }

  /** Normalised, for the next token. */
  public double entropyThreshold() {
    return entropyThreshold;
  }

  /** Linear between the two nearest values, as NumPy's default. */
  static double quantile(double[] values, int count, double q) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double place = q * (count - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, count - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
