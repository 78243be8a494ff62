package io.clada.cli;

import io.clada.engine.BatchEngine;
import io.clada.engine.Engine;
import io.clada.engine.EngineOptions;
import io.clada.service.OpsServer;
import io.clada.worker.Tracing;
import io.clada.worker.WorkerConfig;
import java.net.InetSocketAddress;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "worker",
    description = "Answer requests from Kafka, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada worker --model-path ./my-llama --bootstrap-servers kafka1:9092",
      "  clada worker --config worker.properties --metrics-port 9464",
      "  clada worker --model-path ./small --model-path ./large --slots 16",
      "  clada worker -P clada.topic.prefix=test"
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin private final ModelsOption models = new ModelsOption();
  @Mixin private final EngineArguments arguments = new EngineArguments();
  @Mixin private final BatchArguments batch = new BatchArguments();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final PrintConfigOption printConfig = new PrintConfigOption();
  @Mixin private final MetricsOptions metrics = new MetricsOptions();

  @Option(
      names = "--grace-period",
      paramLabel = "SECONDS",
      description =
          "How long to commit what was generated when the worker is told to stop. What is in flight"
              + " goes on elsewhere. Default: clada.grace.period.ms, else 25.")
  private @Nullable Integer gracePeriod;

  private final Console console;

  WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    WorkerConfig config = WorkerConfig.of(settings());
    if (printConfig.isAsked()) {
      return PrintConfigOption.print(config.settings(), console);
    }
    EngineOptions size = batch.options();
    InetSocketAddress scraped = metrics.address();
    try (StopSignal stop = StopSignal.install(config.patience().grace());
        OpsServer ops =
            scraped == null
                ? null
                : OpsServer.bind(scraped.getHostString(), scraped.getPort()).start();
        Tracing tracing = Tracing.of(console.env());
        WorkerRun run =
            new WorkerRun(
                config,
                models.models().stream()
                    .<Supplier<Engine>>map(
                        model -> () -> new BatchEngine(arguments.load(model, console), size))
                    .toList(),
                ops,
                tracing,
                console)) {
      if (ops != null) {
        metrics.tell(ops.port(), console);
      }
      stop.awaitUnless(run::run);
    }
    return ExitCodes.OK;
  }

  private Properties settings() {
    Properties properties = kafka.resolve(console.env());
    if (gracePeriod != null) {
      properties.setProperty("clada.grace.period.ms", String.valueOf(1000L * gracePeriod));
    }
    return properties;
  }
}
