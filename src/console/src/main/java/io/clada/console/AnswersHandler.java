package io.clada.console;

import io.clada.client.CladaClient;
import io.clada.client.ClientException;
import io.clada.client.Reading;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * POST has a prompt continued, and streams the answer as server-sent events; DELETE of its id ends
 * it. Only what was posted here can be ended here. When the server shuts down, answers that still
 * stream end with an error, and their requests go on.
 */
final class AnswersHandler extends Handler.Abstract implements Graceful {
  static final String PATH = "/console/api/requests";
  static final int MOST_ANSWERS = 32;
  private static final int MOST_BYTES = 1 << 20;
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, Object> kafka;
  private final Semaphore room = new Semaphore(MOST_ANSWERS);
  private final Map<String, AnswerStream> running = new ConcurrentHashMap<>();
  private @Nullable CladaClient client;
  private @Nullable ExecutorService threads;
  private volatile boolean closed;

  AnswersHandler(Map<String, ?> kafka) {
    this.kafka = Map.copyOf(kafka);
  }

  @Override
  protected void doStart() throws Exception {
    closed = false;
    client =
        CladaClient.builder(kafka)
            .reading(Reading.FAST)
            .brokerTimeout(BROKER_TIMEOUT)
            .mostRequests(MOST_ANSWERS)
            .telemetry(this::telemetry)
            .build();
    threads = Executors.newCachedThreadPool(AnswersHandler::daemon);
    super.doStart();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-console");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletableFuture<Void> shutdown() {
    return Graceful.shutdown(this::close);
  }

  @Override
  public boolean isShutdown() {
    return closed;
  }

  private void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
  }

  @Override
  protected void doStop() throws Exception {
    close();
    if (threads != null) {
      threads.shutdownNow();
    }
    super.doStop();
  }

  private void telemetry(LoadTelemetry window) {
    AnswerStream answer = running.get(window.getId());
    if (answer != null) {
      answer.telemetry(window);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    String method = request.getMethod();
    if (method.equals("POST") && path.equals(PATH)) {
      post(request, response, callback);
    } else if (method.equals("DELETE") && path.startsWith(PATH + "/")) {
      cancel(path.substring(PATH.length() + 1), response, callback);
    } else {
      new Problem(
              HttpStatus.METHOD_NOT_ALLOWED_405,
              "POST a request to " + PATH + ", or DELETE " + PATH + "/ID")
          .answer(response, callback);
    }
    return true;
  }

  private void post(Request request, Response response, Callback callback) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type == null || !type.startsWith("application/json")) {
      // Browsers send it to another site only if that agrees, which we do not.
      new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "send Content-Type: application/json")
          .answer(response, callback);
      return;
    }
    if (!room.tryAcquire()) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 10);
      new Problem(
              HttpStatus.SERVICE_UNAVAILABLE_503,
              MOST_ANSWERS + " answers stream already: stop one, or try again later")
          .answer(response, callback);
      return;
    }
    Callback whenDone = Callback.from(callback, () -> room.release());
    Content.Source.asByteArrayAsync(
        request,
        MOST_BYTES,
        Promise.Invocable.from(
            Invocable.InvocationType.NON_BLOCKING,
            body -> answer(body, response, whenDone),
            failure ->
                new Problem(
                        HttpStatus.PAYLOAD_TOO_LARGE_413,
                        "the request can't be read; at most " + MOST_BYTES + " bytes are")
                    .answer(response, whenDone)));
  }

  private void answer(byte[] body, Response response, Callback whenDone) {
    GenerationRequest asked;
    try {
      asked = Ask.read(body);
    } catch (Ask.WrongException e) {
      e.problem().answer(response, whenDone);
      return;
    }
    String id = "console-" + UUID.randomUUID();
    AnswerStream answer = new AnswerStream(id, Objects.requireNonNull(client), response, whenDone);
    running.put(id, answer);
    Objects.requireNonNull(threads)
        .execute(
            () -> {
              try {
                answer.run(asked);
              } finally {
                running.remove(id);
              }
            });
  }

  private void cancel(String id, Response response, Callback callback) {
    AnswerStream answer = running.get(id);
    if (answer == null) {
      new Problem(HttpStatus.NOT_FOUND_404, "no answer of that id streams here")
          .answer(response, callback);
      return;
    }
    Objects.requireNonNull(threads)
        .execute(
            () -> {
              try {
                answer.cancel();
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
              } catch (ClientException e) {
                new Problem(HttpStatus.SERVICE_UNAVAILABLE_503, String.valueOf(e.getMessage()))
                    .answer(response, callback);
              }
            });
  }
}
