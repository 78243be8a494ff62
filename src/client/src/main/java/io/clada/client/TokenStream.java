package io.clada.client;

import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one or several requests, as they arrive: those of each in order, those of several
 * mixed. It ends when every request has ended. A bounded number of tokens waits here to be read;
 * the rest stays in the log, and is read once there is room, as long as the topic keeps it.
 *
 * <p>One thread reads, or a {@linkplain #publisher subscriber}; {@link #close} and {@link #cancel}
 * may be called by any. Closing ends the following, not the requests.
 */
public final class TokenStream implements Iterator<TokenUpdate>, AutoCloseable {
  private final Mailbox mailbox;
  private final Duration tokenTimeout;
  private final Consumer<String> canceller;
  private final Runnable onClose;
  private final Map<String, Answer> answers = new LinkedHashMap<>();
  private final Map<String, Bookmark> bookmarks = new HashMap<>();
  private final Set<String> unfinished;

  TokenStream(
      Collection<Bookmark> start,
      Mailbox mailbox,
      Duration tokenTimeout,
      Consumer<String> canceller,
      Runnable onClose) {
    this.mailbox = mailbox;
    this.tokenTimeout = tokenTimeout;
    this.canceller = canceller;
    this.onClose = onClose;
    for (Bookmark bookmark : start) {
      answers.put(bookmark.id(), new Answer(bookmark.nextIndex()));
      bookmarks.put(bookmark.id(), bookmark);
    }
    unfinished = new HashSet<>(answers.keySet());
  }

  /** Whether a request has not ended yet. */
  @Override
  public boolean hasNext() {
    return !unfinished.isEmpty();
  }

  /**
   * Waits for the next token.
   *
   * @throws TokenTimeoutException if none came for as long as the client waits
   * @throws ClientException if it cannot be read
   * @throws CancellationException if the stream was closed
   * @throws NoSuchElementException if every request has ended
   */
  @Override
  public TokenUpdate next() {
    if (unfinished.isEmpty()) {
      throw new NoSuchElementException("every request has ended");
    }
    try {
      TokenUpdate update = poll(tokenTimeout);
      if (update == null) {
        throw new TokenTimeoutException(
            "no token arrived in " + tokenTimeout.toSeconds() + " s: is a worker running?");
      }
      return update;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted while waiting for a token", e);
    }
  }

  /**
   * Waits for the next token, but no longer than this.
   *
   * @return null if none came, or every request has ended
   * @throws ClientException if it cannot be read
   * @throws CancellationException if the stream was closed
   */
  public @Nullable TokenUpdate poll(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!unfinished.isEmpty()) {
      Arrival arrival = mailbox.poll(deadline - System.nanoTime());
      if (arrival == null) {
        return null;
      }
      TokenUpdate update = read(arrival);
      if (update != null) {
        return update;
      }
    }
    return null;
  }

  /**
   * The same tokens for a subscriber, so that no thread waits for them. One subscriber, and no
   * other reader beside it; it is called on the executor, one call at a time. Cancelling its
   * subscription closes the stream, and so does the end of the tokens. Silence does not end it.
   *
   * @param executor if it refuses a task, the stream is closed
   */
  public Flow.Publisher<TokenUpdate> publisher(Executor executor) {
    return subscriber -> {
      TokenSubscription subscription = new TokenSubscription(this, executor, subscriber);
      subscriber.onSubscribe(subscription);
      mailbox.listen(subscription::signal);
    };
  }

  private @Nullable TokenUpdate read(Arrival arrival) {
    TokenEvent event = arrival.event();
    Answer answer = answer(event.getId());
    Answer.Change change = answer.accept(event);
    bookmarks.put(
        event.getId(),
        new Bookmark(event.getId(), arrival.partition(), arrival.offset() + 1, answer.nextIndex()));
    if (answer.finish() != null) {
      unfinished.remove(event.getId());
    }
    return change == Answer.Change.STALE ? null : new TokenUpdate(event, change);
  }

  /** The ids of the requests. */
  public Set<String> ids() {
    return Set.copyOf(answers.keySet());
  }

  /**
   * What was read of an answer so far. It grows as the stream is read, on the same thread.
   *
   * @throws NoSuchElementException if the stream does not follow this request
   */
  public Answer answer(String id) {
    Answer answer = answers.get(id);
    if (answer == null) {
      throw new NoSuchElementException("request " + id + " is not followed here");
    }
    return answer;
  }

  /** Reads to the end, and returns the answers in the order in which the requests were given. */
  public List<Answer> readAll() {
    while (hasNext()) {
      next();
    }
    return List.copyOf(answers.values());
  }

  /** Where to go on reading an answer from: behind the last token that was read. */
  public Bookmark bookmark(String id) {
    answer(id);
    return Objects.requireNonNull(bookmarks.get(id));
  }

  /** Asks for the end of a request. Its tokens so far, and then its end, still arrive. */
  public void cancel(String id) {
    canceller.accept(id);
  }

  @Override
  public void close() {
    mailbox.close();
    onClose.run();
  }
}
