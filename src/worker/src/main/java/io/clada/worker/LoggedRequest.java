package io.clada.worker;

/** What the log says about the request that a line is about. */
final class LoggedRequest {
  /** In the MDC, or as a key-value pair of one line. */
  static final String ID = "request_id";

  private LoggedRequest() {}
}
