package io.clada.cli;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a service tells operators how it is. */
final class MetricsOptions {
  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      converter = Port.class,
      description =
          "Serve Prometheus metrics (/metrics) and health (/health/live, /health/ready) on this"
              + " port, 0 for any, to all who can reach it. Default: not at all.")
  private @Nullable Integer port;

  @Option(
      names = "--metrics-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address that --metrics-port is bound to. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  /** Null: nowhere. */
  @Nullable InetSocketAddress address() {
    return port == null ? null : new InetSocketAddress(host, port);
  }

  /**
   * Says so to the user.
   *
   * @param bound the port that is bound
   */
  void tell(int bound, Console console) {
    console.note("Metrics and health on http://" + host + ":" + bound);
  }
}
