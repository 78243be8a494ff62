package io.clada.cli;

import io.clada.topology.AggregationApp;
import io.clada.topology.TopologyConfig;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "topology",
    description =
        "Aggregate sparsity statistics and thresholds over all traffic, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada topology --bootstrap-servers kafka1:9092",
      "  clada topology --config topology.properties"
    })
final class TopologyCommand implements Callable<Integer> {
  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final PrintConfigOption printConfig = new PrintConfigOption();

  private final Console console;

  TopologyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (printConfig.isAsked()) {
      return PrintConfigOption.print(
          TopologyConfig.of(kafka.resolve(console.env())).settings(), console);
    }
    Properties properties = ServeSettings.resolve(kafka, console);
    TopologyConfig config = TopologyConfig.of(properties);
    try (StopSignal stop = StopSignal.install();
        AggregationApp app = new AggregationApp(config)) {
      app.start();
      console.note(
          "clada topology: brokers "
              + properties.getProperty("bootstrap.servers")
              + ", running; Ctrl-C stops it");
      stop.awaitUnless(
          () -> {
            app.awaitTermination();
            return null;
          });
    }
    return ExitCodes.OK;
  }
}
