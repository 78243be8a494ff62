package io.clada.engine.calibrate;

/** Watches a calibration, on the thread that runs it. */
public interface CalibrationWatcher {
  /** Another stage begins; its name is for people. */
  void stage(String name);

  /**
   * So much is done.
   *
   * @param done tokens that ran through the model
   * @param all tokens that are expected to
   */
  void at(long done, long all);

  /** Whether to stop, within a step of a batch. */
  boolean stopped();
}
