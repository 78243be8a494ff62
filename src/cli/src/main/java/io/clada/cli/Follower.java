package io.clada.cli;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** Puts answers together from the log until they are complete. */
final class Follower {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Hears each event that counts. */
  interface Listener {
    void token(TokenEvent event, Answer answer, Answer.Change change);
  }

  private final TokenLog log;
  private final Duration timeout;
  private final Console console;
  private Consumer<LoadTelemetry> telemetry = load -> {};

  /**
   * @param timeout how long to wait for the next token
   */
  Follower(TokenLog log, Duration timeout, Console console) {
    this.log = log;
    this.timeout = timeout;
    this.console = console;
  }

  /** Also hands over the telemetry that the log reads. */
  void onTelemetry(Consumer<LoadTelemetry> listener) {
    telemetry = listener;
  }

  /**
   * Returns the answers to {@code ids} when each has its finish.
   *
   * @throws CliException if nothing came for longer than the timeout
   */
  Map<String, Answer> follow(Set<String> ids, Listener listener) {
    Map<String, Answer> answers = new LinkedHashMap<>();
    ids.forEach(id -> answers.put(id, new Answer()));
    boolean warned = false;
    long heard = System.nanoTime();
    while (answers.values().stream().anyMatch(answer -> answer.finish() == null)) {
      if (take(answers, listener)) {
        heard = System.nanoTime();
      }
      Duration silence = Duration.ofNanos(System.nanoTime() - heard);
      if (silence.compareTo(timeout) > 0) {
        throw new CliException(
            "no token arrived in " + timeout.toSeconds() + " s: is a worker running?");
      }
      if (!warned && silence.compareTo(SILENCE) > 0) {
        console.note("clada: still waiting; is a worker running?");
        warned = true;
      }
    }
    return answers;
  }

  /** Goes on reading, for what comes behind the last token, until {@code enough} or too late. */
  void linger(BooleanSupplier enough, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!enough.getAsBoolean() && System.nanoTime() < deadline) {
      take(Map.of(), (event, answer, change) -> {});
    }
  }

  private boolean take(Map<String, Answer> answers, Listener listener) {
    boolean any = false;
    for (SpecificRecord event : log.poll(POLL)) {
      if (event instanceof LoadTelemetry load) {
        telemetry.accept(load);
      } else if (event instanceof TokenEvent token) {
        Answer answer = answers.get(token.getId());
        if (answer != null) {
          any = true;
          Answer.Change change = answer.accept(token);
          if (change != Answer.Change.STALE) {
            listener.token(token, answer, change);
          }
        }
      }
    }
    return any;
  }
}
