package io.clada.engine.decoder;

/**
 * What a layer's products cost on this computer, measured when the model was loaded: the ground on
 * which sparse or dense is chosen. Times of norms, attention and the head are the same either way
 * and left out.
 */
public final class Costs {
  private static final double NEVER = 0;

  private final int layers;
  private final int[] rows;
  private final double[][] dense;
  private final double[] kept;
  private final double[][] sparse;

  /**
   * @param rows ascending numbers of rows
   * @param dense seconds of a dense product, {@code [4][rows]} in the order of {@link Site}
   * @param kept ascending shares of inputs
   * @param sparse seconds of a sparse product of one row, {@code [4][kept]}
   */
  public Costs(int layers, int[] rows, double[][] dense, double[] kept, double[][] sparse) {
    this.layers = layers;
    this.rows = rows;
    this.dense = dense;
    this.kept = kept;
    this.sparse = sparse;
  }

  /** The share of a product's inputs from which on dense is faster; 0: always. */
  public double breakEven(Site site) {
    double limit = dense[site.place()][0];
    double[] seconds = sparse[site.place()];
    if (seconds[0] > limit) {
      return NEVER;
    }
    for (int i = 1; i < kept.length; i++) {
      if (seconds[i] > limit) {
        double share = (limit - seconds[i - 1]) / (seconds[i] - seconds[i - 1]);
        return kept[i - 1] + share * (kept[i] - kept[i - 1]);
      }
    }
    return 1;
  }

  /** The shares from which on dense is faster, in the order of {@link Site}. */
  public double[] breakEvens() {
    double[] shares = new double[Site.COUNT];
    for (Site site : Site.values()) {
      shares[site.place()] = breakEven(site);
    }
    return shares;
  }

  /** Seconds of a dense step's products. */
  public double dense(int sequences) {
    double seconds = 0;
    for (double[] site : dense) {
      seconds += at(site, sequences);
    }
    return layers * seconds;
  }

  /** Seconds of a step's products with this share of the neurons in compact copies. */
  public double compact(int sequences, double share) {
    double ffn = ffn(sequences);
    return dense(sequences) - layers * (1 - share) * ffn;
  }

  /** Seconds of one sequence's products that keep these shares of their inputs, one per matrix. */
  public double sparse(double[] ratios) {
    double seconds = 0;
    for (int matrix = 0; matrix < ratios.length; matrix++) {
      int site = matrix % Site.COUNT;
      seconds += ratios[matrix] >= 1 ? dense[site][0] : sparse(site, ratios[matrix]);
    }
    return seconds;
  }

  private double sparse(int site, double ratio) {
    int above = 1;
    while (above < kept.length - 1 && kept[above] < ratio) {
      above++;
    }
    return between(
        ratio, kept[above - 1], sparse[site][above - 1], kept[above], sparse[site][above]);
  }

  private double ffn(int sequences) {
    return at(dense[Site.GATE_UP.place()], sequences) + at(dense[Site.DOWN.place()], sequences);
  }

  private double at(double[] seconds, int sequences) {
    int above = 1;
    while (above < rows.length - 1 && rows[above] < sequences) {
      above++;
    }
    return between(sequences, rows[above - 1], seconds[above - 1], rows[above], seconds[above]);
  }

  private static double between(double x, double x0, double y0, double x1, double y1) {
    return Math.max(0, y0 + (x - x0) / (x1 - x0) * (y1 - y0));
  }
}
