package io.clada.engine;

/** Told while a model is loaded, on the loading thread. */
public interface LoadProgress {
  /** Nobody watches. */
  LoadProgress NONE = (done, all) -> {};

  /**
   * So much is loaded.
   *
   * @param done weights in place
   * @param all weights there are
   */
  void loaded(long done, long all);
}
