package io.clada.engine;

/**
 * How much an engine runs at once.
 *
 * @param slots most generations that run at once
 * @param kvCacheBytes memory for key-value caches; 0: a quarter of the computer's memory, but no
 *     more than the slots can fill
 */
public record EngineOptions(int slots, long kvCacheBytes) {
  /** 32 at once. */
  public static final EngineOptions DEFAULT = new EngineOptions(32, 0);

  public EngineOptions {
    if (slots < 1) {
      throw new IllegalArgumentException("slots (" + slots + ") must be at least 1");
    }
    if (kvCacheBytes < 0) {
      throw new IllegalArgumentException("kv-cache (" + kvCacheBytes + ") must not be negative");
    }
  }
}
