package io.clada.cli;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, put together from the log.
 *
 * <p>Read uncommitted, an event may be retracted: after a crash the same {@code token_index} comes
 * again with a higher {@code attempt}, and replaces that token and all after it.
 */
final class Answer {
  /** What an event did to the answer. */
  enum Change {
    APPENDED,
    /** Tokens from the event's index on were dropped before it was appended. */
    RETRACTED,
    /** The event was already replaced by a later attempt; nothing changed. */
    STALE
  }

  private static final Set<Finish> FAILURES =
      EnumSet.of(Finish.INVALID, Finish.ERROR, Finish.OVERLOADED, Finish.DEADLINE);

  private final List<TokenEvent> events = new ArrayList<>();

  Change accept(TokenEvent event) {
    int index = event.getTokenIndex();
    if (events.isEmpty() && index > 0 && event.getFinish() != null) {
      events.add(event);
      return Change.APPENDED;
    }
    if (index > events.size()) {
      throw new CliException(
          "request "
              + event.getId()
              + ": token "
              + index
              + " arrived after token "
              + (events.size() - 1)
              + "; the topic has a hole");
    }
    if (index == events.size() && finish() == null) {
      events.add(event);
      return Change.APPENDED;
    }
    if (index < events.size() && event.getAttempt() > events.get(index).getAttempt()) {
      events.subList(index, events.size()).clear();
      events.add(event);
      return Change.RETRACTED;
    }
    return Change.STALE;
  }

  /**
   * Whether this is only how an earlier request of the same id ended, which workers repeat for a
   * second one.
   */
  boolean isRepeatedEnd() {
    return events.size() == 1 && events.get(0).getTokenIndex() > 0;
  }

  /** The events that stand, by token index. */
  List<TokenEvent> events() {
    return List.copyOf(events);
  }

  String text() {
    return events.stream().map(TokenEvent::getText).collect(Collectors.joining());
  }

  /** Why the answer ended; null while more is to come. */
  @Nullable Finish finish() {
    return events.isEmpty() ? null : events.get(events.size() - 1).getFinish();
  }

  /** What to tell the user if the request failed; null if it did not, or has not ended. */
  @Nullable String failure() {
    Finish finish = finish();
    if (finish == null || !FAILURES.contains(finish)) {
      return null;
    }
    TokenEvent last = events.get(events.size() - 1);
    String message = last.getMessage();
    return "request " + last.getId() + " ended " + finish + (message == null ? "" : ": " + message);
  }
}
