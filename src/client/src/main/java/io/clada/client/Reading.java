package io.clada.client;

/** When a token is read: the same log has two readings. */
public enum Reading {
  /** As soon as it is committed: each token once, for good. */
  FINAL("read_committed"),
  /**
   * As soon as it is written. A worker's crash may take some back; then they come again with a
   * higher attempt. The end of an answer may be such a token as well.
   */
  FAST("read_uncommitted");

  private final String isolationLevel;

  Reading(String isolationLevel) {
    this.isolationLevel = isolationLevel;
  }

  String isolationLevel() {
    return isolationLevel;
  }
}
