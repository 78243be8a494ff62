package io.clada.cli;

import io.clada.console.ConsoleHandler;
import io.clada.engine.BatchEngine;
import io.clada.engine.EngineOptions;
import io.clada.gateway.GatewayServer;
import io.clada.gateway.GatewaySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description = "Run the whole system on this computer, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada up",
      "  clada up --data-dir ./clada-data --port 19092 --registry-port 18081 --status-port 19465",
      "  clada up --no-worker    (then, in another terminal: clada worker)"
    })
final class UpCommand implements Callable<Integer> {
  /** As many as a worker expects when it is told nothing else. */
  private static final int PARTITIONS = 8;

  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineArguments engine = new EngineArguments();
  @Mixin private final BatchArguments batch = new BatchArguments();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Port.class,
      defaultValue = "${env:CLADA_PORT:-9092}",
      description = "Port of the Kafka broker, 0 for any. Default: CLADA_PORT, else 9092.")
  private int port;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      converter = Port.class,
      defaultValue = "${env:CLADA_REGISTRY_PORT:-8081}",
      description =
          "Port of the schema registry, 0 for any. Default: CLADA_REGISTRY_PORT, else 8081.")
  private int registryPort;

  @Option(
      names = "--gateway-port",
      paramLabel = "PORT",
      defaultValue = "${env:CLADA_GATEWAY_PORT:-8080}",
      description = "Port of the HTTP gateway, 0 for any. Default: CLADA_GATEWAY_PORT, else 8080.")
  private int gatewayPort;

  @Option(
      names = "--status-port",
      paramLabel = "PORT",
      defaultValue = "${env:CLADA_STATUS_PORT:-9465}",
      description =
          "Port of the topology's status, metrics and health over HTTP, 0 for any. Default:"
              + " CLADA_STATUS_PORT, else 9465.")
  private int statusPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keep topics and state here. Default: a temporary folder, deleted at the end.")
  private @Nullable Path dataDir;

  @Option(names = "--no-worker", description = "Leave the worker out, to run it as a process.")
  private boolean noWorker;

  private final Console console;

  UpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    EngineOptions size = batch.options();
    LocalSystem.Options options =
        new LocalSystem.Options(
            dataDir,
            port,
            registryPort,
            statusPort,
            PARTITIONS,
            noWorker ? null : () -> new BatchEngine(engine.loadForShow(model, console), size));
    try (StopSignal stop = StopSignal.install();
        LocalSystem system = LocalSystem.start(options);
        GatewayServer gateway = gateway(system)) {
      gateway.start();
      console.out().println("Kafka            " + system.bootstrapServers());
      console.out().println("Schema registry  " + system.registryUrl());
      console.out().println("Status           " + system.statusUrl());
      console
          .out()
          .println("Worker           " + (noWorker ? "none" : "model " + system.modelName()));
      console.out().println("OpenAI's API     " + gateway.url() + "/v1");
      console.out().println("Console          " + gateway.url() + "/console/");
      console.out().println("Running; Ctrl-C stops it. Try in another terminal:");
      console.out().println("  " + suggestion(system));
      console.out().println("  " + top(system));
      console.out().flush();
      stop.await();
    }
    return ExitCodes.OK;
  }

  private GatewayServer gateway(LocalSystem system) {
    GatewaySettings settings = GatewaySettings.loopback(gatewayPort);
    Map<String, Object> properties = Settings.asMap(system.properties());
    GatewayServer gateway =
        new GatewayServer(
            noWorker ? settings : settings.withModels(List.of(system.modelName())), properties);
    gateway.mount(new ConsoleHandler(properties));
    return gateway;
  }

  private static String top(LocalSystem system) {
    return system.statusUrl().endsWith(":9465")
        ? "./clada top"
        : "./clada top --url " + system.statusUrl();
  }

  private String suggestion(LocalSystem system) {
    String where =
        system.bootstrapServers().equals("127.0.0.1:9092")
                && system.registryUrl().endsWith("127.0.0.1:8081")
            ? ""
            : " --bootstrap-servers "
                + system.bootstrapServers()
                + " --schema-registry-url "
                + system.registryUrl();
    return noWorker
        ? "./clada worker" + where
        : "./clada submit" + where + " --follow \"once upon a time\"";
  }
}
