package io.clada.cli;

/**
 * Backgrounds for tokens by surprisal: the more a token surprised the model, the warmer.
 *
 * <p>Black on the light end of the 256-colour palette reads well on dark and on light terminals.
 */
final class Shading {
  private static final double[] BITS = {1, 2, 3, 4.5, 6, 8};
  private static final int[] COLOURS = {230, 229, 222, 216, 210, 203};
  private static final String RESET = "\u001b[0m";

  private final boolean enabled;

  Shading(boolean enabled) {
    this.enabled = enabled;
  }

  /** Marks {@code text} by {@code bits} of surprisal; below 1 bit it stays as it is. */
  String shade(String text, double bits) {
    int level = -1;
    while (level + 1 < BITS.length && bits >= BITS[level + 1]) {
      level++;
    }
    if (!enabled || level < 0 || text.isEmpty()) {
      return text;
    }
    String start = "\u001b[48;5;" + COLOURS[level] + ";30m";
    // A background that runs over a line break would fill the rest of the line.
    return start + text.replace("\n", RESET + "\n" + start) + RESET;
  }

  String bold(String text) {
    return enabled ? "\u001b[1m" + text + RESET : text;
  }

  /** The scale, to print beside a shaded text; empty when nothing is shaded. */
  String legend() {
    if (!enabled) {
      return "";
    }
    StringBuilder legend = new StringBuilder("surprisal in bits:");
    for (double bits : BITS) {
      String label = bits == Math.rint(bits) ? String.valueOf((int) bits) : String.valueOf(bits);
      legend.append(' ').append(shade(" " + label + "+ ", bits));
    }
    return legend.toString();
  }
}
