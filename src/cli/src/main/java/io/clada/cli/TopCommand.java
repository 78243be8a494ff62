package io.clada.cli;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "top",
    description = "Show what the fleet does, model by model, until it is stopped.",
    footer = {
      "",
      "Speeds, shares and queues are those of the last minute; queued and running are per worker.",
      "",
      "Examples:",
      "  clada top",
      "  clada top --url http://topology-0:9465 --url http://topology-1:9465",
      "  clada top --once --json"
    })
final class TopCommand implements Callable<Integer> {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:CLADA_STATUS_URL:-http://127.0.0.1:9465}",
      description =
          "What clada up or clada topology --http-port serves; once for every instance of the"
              + " topology. Default: CLADA_STATUS_URL, else http://127.0.0.1:9465.")
  private List<String> urls = List.of();

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Time between two looks. Default: ${DEFAULT-VALUE}.")
  private double interval;

  @Option(names = "--once", description = "Look once and end.")
  private boolean once;

  @Option(names = "--json", description = "Print one JSON object, on one line, for each look.")
  private boolean json;

  private final Console console;

  TopCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!(interval >= 0.1 && interval <= 86_400)) {
      throw new CliException("--interval: " + interval + " is not between 0.1 and 86400 seconds");
    }
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_PATIENCE).build();
    List<StatusSource> instances = urls.stream().map(url -> new StatusSource(http, url)).toList();
    FleetStatus first = FleetStatus.ask(instances);
    if (once) {
      console.out().println(text(first));
      return ExitCodes.OK;
    }
    try (StopSignal stop = StopSignal.install();
        Screen screen = new Screen(console.out(), console.terminal() && !json)) {
      watch(instances, text(first), screen, stop);
    }
    return ExitCodes.OK;
  }

  private void watch(List<StatusSource> instances, String first, Screen screen, StopSignal stop)
      throws InterruptedException {
    String last = first;
    screen.show(last);
    while (!stop.await(Duration.ofMillis(Math.round(1000 * interval)))) {
      try {
        last = text(FleetStatus.ask(instances));
        screen.show(last);
      } catch (CliException e) {
        // It may come back: what was seen last stays.
        if (screen.isInPlace()) {
          screen.show(last + "\n\n" + e.getMessage());
        } else {
          console.note("clada: " + e.getMessage());
        }
      }
    }
  }

  private String text(FleetStatus fleet) {
    return json ? TopTable.json(fleet) : TopTable.text(fleet);
  }
}
