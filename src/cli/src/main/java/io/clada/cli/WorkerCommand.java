package io.clada.cli;

import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.Engine;
import io.clada.engine.EngineOptions;
import io.clada.worker.OpsServer;
import io.clada.worker.Tracing;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.util.Properties;
import java.util.concurrent.Callable;
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
      "  clada worker -P clada.topic.prefix=test"
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "Serve Prometheus metrics (/metrics) and health (/health/live, /health/ready) on this port,"
              + " 0 for any. Default: not at all.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--metrics-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address that --metrics-port is bound to. Default: ${DEFAULT-VALUE}.")
  private String metricsHost = "127.0.0.1";

  private final Console console;

  WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Properties properties = ServeSettings.resolve(kafka, console);
    WorkerConfig config = WorkerConfig.of(properties);
    try (StopSignal stop = StopSignal.install();
        OpsServer ops = metricsPort == null ? null : OpsServer.bind(metricsHost, metricsPort);
        BatchEngine engine =
            new BatchEngine(CladaModel.load(model.path()), EngineOptions.DEFAULT);
        Worker worker = worker(config, engine, ops)) {
      if (ops != null) {
        ops.serve(worker);
        console.note("Metrics and health on http://" + metricsHost + ":" + ops.port());
      }
      worker.start();
      console.note(
          "clada worker: model "
              + engine.modelName()
              + ", brokers "
              + properties.getProperty("bootstrap.servers")
              + ", running; Ctrl-C stops it");
      stop.awaitUnless(
          () -> {
            worker.awaitTermination();
            return null;
          });
    }
    return ExitCodes.OK;
  }

  private static Worker worker(WorkerConfig config, Engine engine, @Nullable OpsServer ops) {
    return ops == null ? new Worker(config, engine) : new Worker(config, engine, ops.registry(), Tracing.off());
  }
}
