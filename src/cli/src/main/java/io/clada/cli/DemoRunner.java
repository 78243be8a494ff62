package io.clada.cli;

import io.clada.engine.Mode;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Posts the demo's prompts one after another and prints each answer as it arrives. */
final class DemoRunner {
  private static final Duration TOKEN_TIMEOUT = Duration.ofSeconds(60);

  /** The last window is committed with the last token, but in another topic. */
  private static final Duration TELEMETRY_TIMEOUT = Duration.ofSeconds(2);

  private final LocalSystem system;
  private final GenerationOptions generation;
  private final TokenPrinter printer;
  private final Console console;

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
    Set<String> ids = new LinkedHashSet<>();
    for (int p = 0; p < prompts.size(); p++) {
      for (Mode mode : modes) {
        ids.add(id(p, mode));
      }
    }
    List<DemoRun> runs = new ArrayList<>();
    try (Requests requests = new Requests(system.properties(), system.topics());
        TokenLog log = new TokenLog(system.properties(), system.topics(), ids, true, true)) {
      stop.onStop(log::wakeUp);
      Map<String, LoadTelemetry> loads = new HashMap<>();
      Follower follower = new Follower(log, TOKEN_TIMEOUT, console);
      follower.onTelemetry(load -> loads.put(load.getId(), load));
      for (int p = 0; p < prompts.size(); p++) {
        for (Mode mode : modes) {
          runs.add(answer(id(p, mode), prompts.get(p), mode, requests, follower, loads));
        }
      }
    }
    return runs;
  }

  private static String id(int prompt, Mode mode) {
    return "demo-" + (prompt + 1) + "-" + mode;
  }

  private DemoRun answer(
      String id,
      String prompt,
      Mode mode,
      Requests requests,
      Follower follower,
      Map<String, LoadTelemetry> loads)
      throws InterruptedException {
    GenerationRequest request =
        GenerationRequest.newBuilder(generation.request(prompt))
            .setMode(io.clada.schemas.Mode.valueOf(mode.name()))
            .build();
    long posted = System.nanoTime();
    requests.post(id, request);
    printer.begin(prompt);
    double[] firstToken = {0};
    Answer answer =
        Objects.requireNonNull(
            follower
                .follow(
                    Set.of(id),
                    (event, soFar, change) -> {
                      if (event.getTokenIndex() == 0) {
                        firstToken[0] = (System.nanoTime() - posted) / 1e9;
                      }
                      printer.token(event);
                    })
                .get(id));
    printer.end();
    follower.linger(
        () -> loads.containsKey(id) && Objects.requireNonNull(loads.get(id)).getLast(),
        TELEMETRY_TIMEOUT);
    return new DemoRun(prompt, mode, answer, firstToken[0], loads.get(id));
  }
}
