package io.clada.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans where OpenTelemetry's own environment says: {@code OTEL_EXPORTER_OTLP_ENDPOINT} turns
 * it on, and every other {@code OTEL_} variable that the SDK knows applies (headers, sampler,
 * resource attributes). OTLP over HTTP with protobuf; the SDK's gRPC sender is not on the class
 * path. Nothing waits for the receiver: spans that it does not take in time are dropped.
 */
public final class Tracing implements AutoCloseable {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "clada-worker",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private final @Nullable OpenTelemetrySdk sdk;

  private Tracing(@Nullable OpenTelemetrySdk sdk) {
    this.sdk = sdk;
  }

  /** Makes no spans. */
  public static Tracing off() {
    return new Tracing(null);
  }

  /**
   * Reads where spans go, if anywhere.
   *
   * @param environment of the process
   * @throws WorkerException if a variable cannot be used
   */
  public static Tracing of(Map<String, String> environment) {
    if (!environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
        && !environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) {
      return off();
    }
    try {
      return new Tracing(
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> properties(environment))
              .build()
              .getOpenTelemetrySdk());
    } catch (RuntimeException e) {
      throw new WorkerException("OTEL_ variables of the environment: " + e.getMessage(), e);
    }
  }

  OpenTelemetry telemetry() {
    return sdk == null ? OpenTelemetry.noop() : sdk;
  }

  /** Sends what is still to be sent, and waits for it a few seconds at most. */
  @Override
  public void close() {
    if (sdk != null) {
      sdk.close();
    }
  }

  private static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return properties;
  }
}
