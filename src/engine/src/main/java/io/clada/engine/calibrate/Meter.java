package io.clada.engine.calibrate;

import java.util.concurrent.CancellationException;

/** Counts tokens that ran through the model against what is planned, and stops where asked to. */
final class Meter {
  private final CalibrationWatcher watcher;
  private final long planned;
  private long done;
  private long stageEnd;

  /**
   * @param planned tokens of all stages together
   */
  Meter(CalibrationWatcher watcher, long planned) {
    this.watcher = watcher;
    this.planned = planned;
  }

  /** The next stage begins, planned for so many tokens; what the last one did not take is done. */
  void begin(String stage, long tokens) {
    done = stageEnd;
    stageEnd += tokens;
    watcher.stage(stage);
    advance(0);
  }

  /**
   * So many tokens have run.
   *
   * @throws CancellationException if the watcher wants to stop
   */
  void advance(long tokens) {
    done = Math.min(done + tokens, stageEnd);
    watcher.at(done, planned);
    if (watcher.stopped()) {
      throw new CancellationException("calibration was stopped");
    }
  }
}
