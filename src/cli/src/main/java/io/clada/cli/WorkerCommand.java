package io.clada.cli;

import io.clada.engine.CladaModel;
import io.clada.engine.SerialEngine;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "worker",
    description = "Answer requests from Kafka, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada worker --model-path ./my-llama --bootstrap-servers kafka1:9092",
      "  clada worker --config worker.properties -P clada.topic.prefix=test"
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  private final Console console;

  WorkerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Properties properties = ServeSettings.resolve(kafka, console);
    WorkerConfig config = WorkerConfig.of(properties);
    try (StopSignal stop = StopSignal.install();
        SerialEngine engine = new SerialEngine(CladaModel.load(model.path()));
        Worker worker = new Worker(config, engine)) {
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
}
