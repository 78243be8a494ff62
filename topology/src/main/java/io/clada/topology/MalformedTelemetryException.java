package io.clada.topology;

/**
 * A telemetry record that could be decoded but makes no sense; it goes to the dead-letter topic.
 */
final class MalformedTelemetryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedTelemetryException(String message) {
    super(message);
  }
}
