package io.clada.engine;

/**
 * The memory that key-value caches may take, counted in positions of one sequence. Given out in
 * blocks: a cache that grows is copied, which must not happen at every token.
 */
final class CachePool {
  /** Positions. */
  static final int BLOCK = 128;

  private final long bytesPerPosition;
  private final long positions;
  private long used;

  CachePool(long bytes, long bytesPerPosition) {
    this.bytesPerPosition = bytesPerPosition;
    positions = bytes / bytesPerPosition;
  }

  /** Positions in whole blocks. */
  static int rounded(int positions, int context) {
    return Math.min(context, (positions + BLOCK - 1) / BLOCK * BLOCK);
  }

  /** Takes so many positions; false, and none taken, if they are not free. */
  boolean take(int count) {
    if (used + count > positions) {
      return false;
    }
    used += count;
    return true;
  }

  void free(int count) {
    used -= count;
  }

  /** Positions there are. */
  long positions() {
    return positions;
  }

  long usedBytes() {
    return used * bytesPerPosition;
  }

  long bytes() {
    return positions * bytesPerPosition;
  }
}
