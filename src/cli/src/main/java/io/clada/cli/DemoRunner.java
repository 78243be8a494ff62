package io.clada.cli;

import io.clada.client.CladaClient;
import io.clada.client.TokenStream;
import io.clada.engine.Mode;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Posts the demo's prompts one after another and prints each answer as it arrives. */
final class DemoRunner {
  private static final Duration TOKEN_TIMEOUT = Duration.ofSeconds(60);

  /** The last window is committed with the last token, but in another topic. */
  private static final Duration TELEMETRY_TIMEOUT = Duration.ofSeconds(2);

  private final LocalSystem system;
  private final GenerationOptions generation;
  private final TokenPrinter printer;
  private final Console console;
  private final BlockingQueue<LoadTelemetry> loads = new LinkedBlockingQueue<>();

  DemoRunner(
      LocalSystem system, GenerationOptions generation, TokenPrinter printer, Console console) {
    this.system = system;
    this.generation = generation;
    this.printer = printer;
    this.console = console;
  }

  /** Every prompt in every mode. */
  List<DemoRun> run(List<String> prompts, List<Mode> modes, StopSignal stop)
      throws InterruptedException {
    List<DemoRun> runs = new ArrayList<>();
    try (CladaClient client =
        CladaClient.builder(Settings.asMap(system.properties())).telemetry(loads::add).build()) {
      for (int p = 0; p < prompts.size(); p++) {
        for (Mode mode : modes) {
          String id = "demo-" + (p + 1) + "-" + mode;
          runs.add(answer(client, id, prompts.get(p), mode, stop));
        }
      }
    }
    return runs;
  }

  private DemoRun answer(CladaClient client, String id, String prompt, Mode mode, StopSignal stop)
      throws InterruptedException {
    GenerationRequest request =
        GenerationRequest.newBuilder(generation.request(prompt))
            .setMode(io.clada.schemas.Mode.valueOf(mode.name()))
            .build();
    long posted = System.nanoTime();
    try (TokenStream tokens = client.submit(id, request)) {
      stop.onStop(tokens::close);
      printer.begin(prompt);
      double[] firstToken = {0};
      new Follower(TOKEN_TIMEOUT, console)
          .follow(
              tokens,
              update -> {
                if (update.event().getTokenIndex() == 0) {
                  firstToken[0] = (System.nanoTime() - posted) / 1e9;
                }
                printer.token(update.event());
              });
      printer.end();
      return new DemoRun(prompt, mode, tokens.answer(id), firstToken[0], lastLoad(id));
    }
  }

  /** Waits for the telemetry of the answer's last window; that of an earlier one if it is late. */
  private @Nullable LoadTelemetry lastLoad(String id) throws InterruptedException {
    LoadTelemetry last = null;
    LoadTelemetry next = loads.poll(TELEMETRY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    while (next != null) {
      if (next.getId().equals(id)) {
        last = next;
      }
      boolean over = last != null && last.getLast();
      next = over ? null : loads.poll(TELEMETRY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
    return last;
  }
}
