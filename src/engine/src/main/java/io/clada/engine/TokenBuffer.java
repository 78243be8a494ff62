package io.clada.engine;

import java.util.Arrays;

/** Token ids that grow, and may be cut again, at the end. */
final class TokenBuffer {
  private int[] ids;
  private int length;

  TokenBuffer(int[] first) {
    ids = first.clone();
    length = first.length;
  }

  int length() {
    return length;
  }

  int get(int index) {
    return ids[index];
  }

  void add(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, length + 64);
    }
    ids[length++] = id;
  }

  /** Drops what is behind so many. */
  void cut(int count) {
    length = Math.min(length, count);
  }

  int[] range(int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }

  boolean startsWith(int[] other, int count) {
    return length >= count && Arrays.equals(ids, 0, count, other, 0, count);
  }
}
