package io.clada.cli;

/** What the process says when it ends. */
final class ExitCodes {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;

  /** The shell's convention for Ctrl-C. */
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
