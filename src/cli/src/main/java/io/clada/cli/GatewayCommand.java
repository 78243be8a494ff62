package io.clada.cli;

import io.clada.console.ConsoleHandler;
import io.clada.gateway.ApiKeys;
import io.clada.gateway.GatewayLimits;
import io.clada.gateway.GatewayServer;
import io.clada.gateway.GatewaySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "gateway",
    description = "Answer OpenAI's HTTP API from the fleet, until it is stopped.",
    footer = {
      "",
      "Examples:",
      "  clada gateway --bootstrap-servers kafka1:9092",
      "  clada gateway --keys keys.txt --add-key web --tokens-per-minute 100000",
      "  clada gateway --keys keys.txt --host 0.0.0.0 --metrics-port 9466"
    })
final class GatewayCommand implements Callable<Integer> {
  /** Answers may take a while to end, and brokers to hear of those that do not. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final PrintConfigOption printConfig = new PrintConfigOption();
  @Mixin private final MetricsOptions metrics = new MetricsOptions();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Port.class,
      defaultValue = "${env:CLADA_GATEWAY_PORT:-8080}",
      description = "Port to listen on, 0 for any. Default: CLADA_GATEWAY_PORT, else 8080.")
  private int port;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description =
          "Ask for one of the API keys whose hashes this file has, one a line: SHA-256, tenant,"
              + " tokens per minute (0: any number). Read again when it changes.")
  private @Nullable Path keys;

  @Option(
      names = "--add-key",
      paramLabel = "TENANT",
      description =
          "Make a key for a tenant, add its hash to the file of --keys, print it and end.")
  private @Nullable String addKey;

  @Option(
      names = "--tokens-per-minute",
      paramLabel = "N",
      description = "Limit of the key of --add-key. Default: none.")
  private long tokensPerMinute;

  @Option(
      names = "--allow-anonymous",
      description = "Listen beyond this computer though no key is asked for.")
  private boolean allowAnonymous;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "List this model in /v1/models, besides those whose thresholds the fleet has published;"
              + " may be given several times.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--max-streams",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Most answers at a time; more are refused with 429. Default: ${DEFAULT-VALUE}.")
  private int maxStreams;

  private final Console console;

  GatewayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (addKey != null) {
      return add(addKey);
    }
    Properties properties = kafka.resolve(console.env());
    if (printConfig.isAsked()) {
      SortedMap<String, String> settings = new TreeMap<>();
      properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
      return PrintConfigOption.print(settings, console);
    }
    GatewaySettings settings = settings();
    new Cluster(properties).brokers();
    Map<String, Object> clients = Settings.asMap(properties);
    try (StopSignal stop = StopSignal.install(PATIENCE);
        GatewayServer gateway = new GatewayServer(settings, clients)) {
      if (hasConsole()) {
        gateway.mount(new ConsoleHandler(clients));
      }
      gateway.start();
      if (settings.operators() != null) {
        metrics.tell(gateway.operatorsPort(), console);
      }
      if (hasConsole()) {
        console.note("Console on " + gateway.url() + "/console/");
      }
      console.note("clada gateway: running on " + gateway.url() + "/v1; Ctrl-C stops it");
      stop.await();
    }
    return ExitCodes.OK;
  }

  /** It asks for no key, and so is for this computer alone, where nothing else asks for one. */
  private boolean hasConsole() {
    return keys == null && !allowAnonymous;
  }

  private int add(String tenant) {
    if (keys == null) {
      throw new CliException("--add-key: name the file to add it to with --keys");
    }
    if (tokensPerMinute < 0) {
      throw new CliException("--tokens-per-minute: " + tokensPerMinute + " is below 0");
    }
    console.out().println(ApiKeys.add(keys, tenant, tokensPerMinute));
    console.note("This key is kept nowhere else; " + keys + " has its hash.");
    return ExitCodes.OK;
  }

  private GatewaySettings settings() {
    if (maxStreams < 1) {
      throw new CliException("--max-streams: " + maxStreams + " is below 1");
    }
    GatewayLimits limits = GatewayLimits.DEFAULT.withStreams(maxStreams);
    return new GatewaySettings(host, port, keys, allowAnonymous, models, metrics.address(), limits);
  }
}
