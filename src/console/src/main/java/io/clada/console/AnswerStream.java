package io.clada.console;

import io.clada.client.CladaClient;
import io.clada.client.ClientException;
import io.clada.client.TokenStream;
import io.clada.client.TokenUpdate;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer on its way to the page: tokens as they are written, and the load telemetry of their
 * windows. When the page is gone, so that nothing can be written to it, the request is cancelled.
 */
final class AnswerStream {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LAST_WINDOW_MS = 500;
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_WINDOWS = 64;

  private final String id;
  private final CladaClient client;
  private final Response page;
  private final Callback done;
  private final BlockingQueue<LoadTelemetry> windows = new LinkedBlockingQueue<>(MOST_WINDOWS);
  private boolean allWindowsSent;

  AnswerStream(String id, CladaClient client, Response page, Callback done) {
    this.id = id;
    this.client = client;
    this.page = page;
    this.done = done;
  }

  /** Adds a window; one that the page is too slow for is left out. */
  void telemetry(LoadTelemetry window) {
    var unused = windows.offer(window);
  }

  void cancel() {
    client.cancel(id);
  }

  /** Returns when the answer has ended, or the page is gone. */
  void run(GenerationRequest request) {
    try (TokenStream tokens = client.submit(id, request)) {
      Sse.begin(page);
      write(Sse.event("started", Map.of("id", id)));
      copy(tokens);
      write(lastWindow());
      page.write(true, Json.bytes(""), done);
    } catch (ClientException | CancellationException e) {
      tell(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      abandon();
      done.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      tell("the console was stopped");
    } catch (RuntimeException | Error e) {
      LOG.error("The answer to {} could not be streamed", id, e);
      done.failed(e);
      throw e;
    }
  }

  private void copy(TokenStream tokens) throws IOException, InterruptedException {
    long lastToken = System.nanoTime();
    while (tokens.hasNext()) {
      TokenUpdate update = tokens.poll(HEARTBEAT);
      if (update == null) {
        requirePatience(lastToken);
        write(Sse.HEARTBEAT);
        continue;
      }
      lastToken = System.nanoTime();
      StringBuilder events = new StringBuilder();
      for (int i = 1; update != null; i++) {
        events.append(Sse.event("token", Shown.token(update.event())));
        update = i < MOST_AT_ONCE ? tokens.poll(Duration.ZERO) : null;
      }
      for (LoadTelemetry window = windows.poll(); window != null; window = windows.poll()) {
        events.append(event(window));
      }
      write(events.toString());
    }
  }

  private void requirePatience(long since) {
    if (System.nanoTime() - since > PATIENCE.toNanos()) {
      abandon();
      throw new CancellationException(
          "no token came in " + PATIENCE.toMinutes() + " minutes: is a worker running?");
    }
  }

  private String event(LoadTelemetry window) {
    allWindowsSent |= window.getLast();
    return Sse.event("window", Shown.window(window));
  }

  /** It may come a moment after the last token; an answer without tokens has none. */
  private String lastWindow() throws InterruptedException {
    StringBuilder events = new StringBuilder();
    while (!allWindowsSent) {
      LoadTelemetry window = windows.poll(LAST_WINDOW_MS, TimeUnit.MILLISECONDS);
      if (window == null) {
        break;
      }
      events.append(event(window));
    }
    return events.toString();
  }

  /** Waits until the page has taken it, or for as long as the server lets a connection idle. */
  private void write(String events) throws IOException {
    if (!events.isEmpty()) {
      Content.Sink.write(page, false, Json.bytes(events));
    }
  }

  /** As a response of its own where none has begun, else as the stream's end. */
  private void tell(String reason) {
    if (page.isCommitted()) {
      page.write(true, Json.bytes(Sse.event("failed", Map.of("message", reason))), done);
    } else {
      new Problem(HttpStatus.SERVICE_UNAVAILABLE_503, reason).answer(page, done);
    }
  }

  private void abandon() {
    try {
      client.cancel(id);
    } catch (ClientException e) {
      LOG.warn("Request {}, whose page is gone, could not be cancelled", id, e);
    }
  }
}
