package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every event exactly as it was read, so that a lost, doubled or reordered one shows. */
final class TokenJournal {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Long enough for what should not be there to arrive. */
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private final Map<String, List<TokenEvent>> events = new LinkedHashMap<>();

  void readUntilFinished(TokenLog log, Collection<String> ids) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ids.stream().allMatch(this::isFinished)) {
      assertThat(System.nanoTime())
          .describedAs("unfinished: %s", ids.stream().filter(id -> !isFinished(id)).toList())
          .isLessThan(deadline);
      read(log, Duration.ofMillis(100));
    }
    long end = System.nanoTime() + AFTERMATH.toNanos();
    while (System.nanoTime() < end) {
      read(log, Duration.ofMillis(100));
    }
  }

  void read(TokenLog log, Duration timeout) {
    for (TokenEvent token : log.poll(timeout)) {
      of(token.getId()).add(token);
    }
  }

  List<TokenEvent> of(String id) {
    return events.computeIfAbsent(id, key -> new ArrayList<>());
  }

  int size() {
    return events.values().stream().mapToInt(List::size).sum();
  }

  TokenEvent last(String id) {
    return of(id).get(of(id).size() - 1);
  }

  Finish finish(String id) {
    return last(id).getFinish();
  }

  String text(String id) {
    return of(id).stream().map(TokenEvent::getText).collect(Collectors.joining());
  }

  /** Token indices run from 0 without holes, and the last event, alone, carries the finish. */
  void assertComplete(String id) {
    List<TokenEvent> tokens = of(id);
    assertThat(tokens.stream().map(TokenEvent::getTokenIndex).toList())
        .describedAs("token indices of %s", id)
        .isEqualTo(IntStream.range(0, tokens.size()).boxed().toList());
    assertThat(tokens.stream().filter(token -> token.getFinish() != null))
        .describedAs("finishes of %s", id)
        .containsExactly(last(id));
  }

  private boolean isFinished(String id) {
    return of(id).stream().anyMatch(token -> token.getFinish() != null);
  }
}
