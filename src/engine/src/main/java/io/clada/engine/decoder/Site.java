package io.clada.engine.decoder;

/**
 * The matrix products of a layer whose inputs may be left out, in the order in which a token meets
 * them.
 */
public enum Site {
  /** Query, key and value, of the normed hidden state. */
  QKV,
  /** The attention's output projection. */
  O,
  /** The FFN's gate and up, of the normed hidden state. */
  GATE_UP,
  /** The FFN's down: its inputs are the neurons. */
  DOWN;

  /** How many there are per layer. */
  public static final int COUNT = 4;

  private static final Site[] SITES = values();

  /** Its place in a layer's lists: the order of a layer's products in the script. */
  @SuppressWarnings("EnumOrdinal")
  public int place() {
    return ordinal();
  }

  /** The site of a matrix in lists over all matrices, {@code [layers * 4]}. */
  public static Site of(int matrix) {
    return SITES[matrix % COUNT];
  }
}
