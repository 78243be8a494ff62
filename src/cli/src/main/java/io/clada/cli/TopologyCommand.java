package io.clada.cli;

import io.clada.topology.AggregationApp;
import io.clada.topology.StatusServer;
import io.clada.topology.TopologyConfig;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "topology",
    description =
        "Aggregate sparsity statistics and thresholds over all traffic, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada topology --bootstrap-servers kafka1:9092",
      "  clada topology --config topology.properties --http-port 9465",
      "  clada topology --describe"
    })
final class TopologyCommand implements Callable<Integer> {
  @Option(
      names = "--describe",
      description = "Print Kafka Streams' description of what these settings run; asks no broker.")
  private boolean describe;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      converter = Port.class,
      description =
          "Serve thresholds, backbone and windows as JSON (/thresholds, /backbone, /windows; see"
              + " clada top), Prometheus metrics (/metrics) and health (/health/live,"
              + " /health/ready) on this port, 0 for any. Default: not at all.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--http-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "Address that --http-port is bound to; who can reach it may read all of it. Default:"
              + " ${DEFAULT-VALUE}.")
  private String httpHost = "127.0.0.1";

  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final PrintConfigOption printConfig = new PrintConfigOption();

  private final Console console;

  TopologyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Properties properties = kafka.resolve(console.env());
    TopologyConfig config = TopologyConfig.of(properties);
    if (printConfig.isAsked()) {
      return PrintConfigOption.print(config.settings(), console);
    }
    if (describe) {
      console.out().print(AggregationApp.describe(config));
      return ExitCodes.OK;
    }
    try (StopSignal stop = StopSignal.install();
        StatusServer status = httpPort == null ? null : StatusServer.bind(httpHost, httpPort);
        AggregationApp app = app(config, status)) {
      if (status != null) {
        status.serve(app);
        console.note("Status, metrics and health on http://" + httpHost + ":" + status.port());
      }
      stop.awaitUnless(
          () -> {
            app.start();
            console.note(
                "clada topology: brokers "
                    + properties.getProperty("bootstrap.servers")
                    + ", running; Ctrl-C stops it");
            app.awaitTermination();
            return null;
          });
    }
    return ExitCodes.OK;
  }

  private static AggregationApp app(TopologyConfig config, @Nullable StatusServer status) {
    return status == null
        ? new AggregationApp(config)
        : new AggregationApp(config, status.registry());
  }
}
