package io.clada.cli;

import java.io.PrintWriter;

/**
 * Shows one text in the place of the last where a person watches, and one below the other
 * elsewhere. What is too wide for a terminal is cut off.
 */
final class Screen implements AutoCloseable {
  private static final String ESCAPE = "\u001b[";
  private static final String HOME = ESCAPE + "H";
  private static final String ERASE_BELOW = ESCAPE + "J";
  private static final String ERASE_REST_OF_LINE = ESCAPE + "K";
  private static final String HIDE_CURSOR = ESCAPE + "?25l";
  private static final String SHOW_CURSOR = ESCAPE + "?25h";
  private static final String DO_NOT_WRAP = ESCAPE + "?7l";
  private static final String WRAP = ESCAPE + "?7h";

  private final PrintWriter out;
  private final boolean inPlace;

  /**
   * @param inPlace whether {@code out} is a terminal
   */
  Screen(PrintWriter out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
    if (inPlace) {
      out.print(HIDE_CURSOR + DO_NOT_WRAP + HOME + ERASE_BELOW);
    }
  }

  boolean isInPlace() {
    return inPlace;
  }

  void show(String text) {
    if (inPlace) {
      out.print(HOME);
      text.lines().forEach(line -> out.print(line + ERASE_REST_OF_LINE + "\n"));
      out.print(ERASE_BELOW);
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** The last text stays. */
  @Override
  public void close() {
    if (inPlace) {
      out.print(WRAP + SHOW_CURSOR);
      out.flush();
    }
  }
}
