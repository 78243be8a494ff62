package io.clada.engine.text;

import java.util.List;

/**
 * Ends a text at a stop string. The text ends as soon as any stop string is complete, in front of
 * it; of several that are complete at the same character, in front of the longest. That does not
 * depend on how the text is cut into pieces. What may be the beginning of a stop string is held
 * back until it is clear that it is not.
 *
 * <p>Confined to one thread.
 */
public final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean matched;

  /**
   * @throws IllegalArgumentException if one is empty
   */
  public StopStrings(List<String> stops) {
    if (stops.contains("")) {
      throw new IllegalArgumentException("an empty stop string would end every text");
    }
    this.stops = List.copyOf(stops);
  }

  /** Takes the next piece of text and returns what is free to go; nothing once one has matched. */
  public String add(String piece) {
    for (int i = 0; i < piece.length() && !matched; i++) {
      held.append(piece.charAt(i));
      cutAtStop();
    }
    return take(matched ? held.length() : held.length() - beginningOfStop());
  }

  /** Whether the text has ended at a stop string. */
  public boolean matched() {
    return matched;
  }

  /** What was held back, when no more text follows. */
  public String finish() {
    return take(held.length());
  }

  private void cutAtStop() {
    int longest = 0;
    for (String stop : stops) {
      if (endsWith(stop, stop.length())) {
        longest = Math.max(longest, stop.length());
      }
    }
    matched = longest > 0;
    held.setLength(held.length() - longest);
  }

  /** Length of the longest end of the held text that is the beginning of a stop string. */
  private int beginningOfStop() {
    int longest = 0;
    for (String stop : stops) {
      int length = Math.min(stop.length() - 1, held.length());
      while (length > longest && !endsWith(stop, length)) {
        length--;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private boolean endsWith(String stop, int length) {
    int start = held.length() - length;
    if (start < 0) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (held.charAt(start + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String take(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }
}
