package io.clada.client;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, put together from its events.
 *
 * <p>Read uncommitted, an event may be retracted: after a crash the same {@code token_index} comes
 * again with a higher {@code attempt}, and replaces that token and all after it.
 */
public final class Answer {
  /** What an event did to the answer. */
  public enum Change {
    APPENDED,
    /** Tokens from the event's index on were dropped before it was appended. */
    RETRACTED,
    /** The event was already there, or replaced by a later attempt; nothing changed. */
    STALE
  }

  private static final Set<Finish> FAILURES =
      EnumSet.of(Finish.INVALID, Finish.ERROR, Finish.OVERLOADED, Finish.DEADLINE);

  private final List<TokenEvent> events = new ArrayList<>();
  private final boolean fromBeginning;
  private int first;

  /** An answer from its beginning. */
  public Answer() {
    this(0);
  }

  /**
   * @param first index of the first event to come
   */
  Answer(int first) {
    this.first = first;
    fromBeginning = first == 0;
  }

  /**
   * Takes the next event.
   *
   * @throws ClientException if tokens before it are missing
   */
  public Change accept(TokenEvent event) {
    int index = event.getTokenIndex();
    if (fromBeginning && events.isEmpty() && event.getFinish() != null) {
      first = index; // the end of a request that ended before is repeated alone
    }
    if (index > nextIndex()) {
      throw new ClientException(
          "request %s: token %d came where token %d was to come:"
                  .formatted(event.getId(), index, nextIndex())
              + " another request of this id is being answered, or the topic has a hole");
    }
    if (index == nextIndex()) {
      if (finish() != null) {
        return Change.STALE;
      }
      events.add(event);
      return Change.APPENDED;
    }
    int place = index - first;
    if (place >= 0 && event.getAttempt() <= events.get(place).getAttempt()) {
      return Change.STALE;
    }
    events.subList(Math.max(0, place), events.size()).clear();
    first = Math.min(first, index);
    events.add(event);
    return Change.RETRACTED;
  }

  /**
   * Whether this is only how an earlier request of the same id ended, which workers repeat for a
   * second one.
   */
  public boolean isRepeatedEnd() {
    return fromBeginning && events.size() == 1 && events.get(0).getTokenIndex() > 0;
  }

  /** The events that stand, by token index. */
  public List<TokenEvent> events() {
    return List.copyOf(events);
  }

  /** The {@code token_index} of the event to come. */
  public int nextIndex() {
    return first + events.size();
  }

  /** The text so far. */
  public String text() {
    return events.stream().map(TokenEvent::getText).collect(Collectors.joining());
  }

  /** Why the answer ended; null while more is to come. */
  public @Nullable Finish finish() {
    return events.isEmpty() ? null : events.get(events.size() - 1).getFinish();
  }

  /** What to tell the user if the request failed; null if it did not, or has not ended. */
  public @Nullable String failure() {
    Finish finish = finish();
    if (finish == null || !FAILURES.contains(finish)) {
      return null;
    }
    TokenEvent last = events.get(events.size() - 1);
    String message = last.getMessage();
    return "request " + last.getId() + " ended " + finish + (message == null ? "" : ": " + message);
  }
}
