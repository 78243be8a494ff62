package io.clada.client;

import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Posts requests and follows their answers, any number at a time over one producer and one
 * consumer:
 *
 * <pre>{@code
 * try (CladaClient client = CladaClient.builder(kafkaProperties).build();
 *     TokenStream tokens = client.submit("once upon a time")) {
 *   while (tokens.hasNext()) {
 *     System.out.print(tokens.next().event().getText());
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. Nothing is kept on disk: a process that dies takes up its
 * answers again from {@linkplain TokenStream#bookmark bookmarks} that it kept itself. A request
 * that may or may not have been stored can be posted again under its id; the fleet answers an id
 * once.
 */
public final class CladaClient implements AutoCloseable {
  private static final int MOST_ID_CHARS = 256;

  private final Poster poster;
  private final Dispatcher dispatcher;
  private final ModelNames models;
  private final CladaClientBuilder settings;
  private final AtomicInteger followed = new AtomicInteger();

  CladaClient(
      Poster poster, Dispatcher dispatcher, ModelNames models, CladaClientBuilder settings) {
    this.poster = poster;
    this.dispatcher = dispatcher;
    this.models = models;
    this.settings = settings;
  }

  /**
   * Begins with settings.
   *
   * @param kafka Kafka's and the schema registry's own properties, and {@code clada.topic.prefix}
   */
  public static CladaClientBuilder builder(Map<String, ?> kafka) {
    return new CladaClientBuilder(kafka);
  }

  /** Has a prompt continued, with every parameter at its default. */
  public TokenStream submit(String prompt) {
    return submit(GenerationRequest.newBuilder().setPrompt(prompt).build());
  }

  /** Has a conversation answered, with every parameter at its default. */
  public TokenStream submit(List<ChatMessage> messages) {
    return submit(GenerationRequest.newBuilder().setMessages(messages).build());
  }

  /** Posts a request under a random id and follows its answer. */
  public TokenStream submit(GenerationRequest request) {
    return submit(UUID.randomUUID().toString(), request);
  }

  /** Posts a request and follows its answer. */
  public TokenStream submit(String id, GenerationRequest request) {
    return submit(Map.of(id, request));
  }

  /**
   * Posts a request and follows its answer.
   *
   * @param headers of the request's record, such as W3C's {@code traceparent}
   */
  public TokenStream submit(String id, GenerationRequest request, Map<String, String> headers) {
    return submit(Map.of(id, request), headers);
  }

  /**
   * Posts several requests and follows their answers together.
   *
   * @param requests by their ids
   * @throws ClientException if a request was not stored, is followed already, or there are too many
   */
  public TokenStream submit(Map<String, GenerationRequest> requests) {
    return submit(requests, Map.of());
  }

  private TokenStream submit(Map<String, GenerationRequest> requests, Map<String, String> headers) {
    requests.keySet().forEach(CladaClient::check);
    TokenStream stream =
        open(requests.size(), mailbox -> dispatcher.follow(requests.keySet(), mailbox));
    try {
      List<Poster.Posted> posted =
          requests.entrySet().stream()
              .map(entry -> poster.post(entry.getKey(), entry.getValue(), headers))
              .toList();
      posted.forEach(poster::await);
      return stream;
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  /** Posts a request and returns once it is stored, without following its answer. */
  public void post(String id, GenerationRequest request) {
    check(id);
    poster.await(poster.post(id, request, Map.of()));
  }

  /** Goes on following answers from where they were left. */
  public TokenStream resume(Bookmark... bookmarks) {
    Collection<Bookmark> all = Arrays.asList(bookmarks);
    return open(all.size(), mailbox -> dispatcher.resume(all, mailbox));
  }

  /** Ends a request, queued or running; does nothing if it has ended. */
  public void cancel(String id) {
    check(id);
    poster.await(poster.post(id, null, Map.of()));
  }

  private static void check(String id) {
    if (id.isEmpty() || id.length() > MOST_ID_CHARS) {
      throw new ClientException(
          "an id must have 1 to " + MOST_ID_CHARS + " characters: '" + id + "'");
    }
  }

  private interface Opening {
    CompletableFuture<List<Bookmark>> begin(Mailbox mailbox);
  }

  private TokenStream open(int requests, Opening opening) {
    reserve(requests);
    Mailbox mailbox = new Mailbox(settings.bufferedTokens(), dispatcher::look);
    CompletableFuture<List<Bookmark>> opened = opening.begin(mailbox);
    List<Bookmark> start;
    try {
      start = await(opened);
    } catch (RuntimeException e) {
      followed.addAndGet(-requests);
      // Brokers that answer too late would have it followed for nobody.
      var unused = opened.thenAccept(late -> dispatcher.forget(ids(late)));
      throw e;
    }
    List<String> ids = ids(start);
    AtomicBoolean open = new AtomicBoolean(true);
    Runnable onClose =
        () -> {
          if (open.getAndSet(false)) {
            dispatcher.forget(ids);
            followed.addAndGet(-requests);
          }
        };
    return new TokenStream(start, mailbox, settings.tokenTimeout(), this::cancel, onClose);
  }

  private static List<String> ids(List<Bookmark> bookmarks) {
    return bookmarks.stream().map(Bookmark::id).toList();
  }

  private void reserve(int requests) {
    int all = followed.addAndGet(requests);
    if (all > settings.mostRequests()) {
      followed.addAndGet(-requests);
      throw new ClientException(
          (all - requests)
              + " requests are followed, and at most "
              + settings.mostRequests()
              + " can be: close streams that are read, or raise mostRequests");
    }
  }

  private <T> T await(CompletableFuture<T> answer) {
    Duration timeout = settings.brokerTimeout();
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted while waiting for the broker", e);
    } catch (TimeoutException e) {
      throw unanswered(timeout, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unanswered(timeout, cause); // who gave up first, this or the consumer, is chance
      }
      throw cause instanceof ClientException told
          ? told
          : new ClientException("tokens can't be followed: " + cause.getMessage(), cause);
    }
  }

  private static ClientException unanswered(Duration timeout, Throwable cause) {
    return new ClientException("no broker answered in " + timeout.toMillis() + " ms", cause);
  }

  /**
   * The names of the models for which the fleet has published thresholds: those that have answered
   * a few requests. Asks the brokers, each time for what is new.
   *
   * @throws ClientException if no broker answers, or there is no fleet yet
   */
  public Set<String> models() {
    return models.names();
  }

  /** Ends every stream with an error; requests go on. */
  @Override
  public void close() {
    models.close();
    dispatcher.close();
    poster.close();
  }
}
