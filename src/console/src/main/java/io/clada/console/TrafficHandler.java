package io.clada.console;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;

/**
 * All traffic, as server-sent events: the last two minutes, then what is new, every second. A
 * server that shuts down does not wait for those who watch.
 */
final class TrafficHandler extends Handler.Abstract implements Graceful {
  static final int MOST_VIEWERS = 64;

  private final Map<String, ?> kafka;
  private volatile @Nullable Viewers viewers;

  TrafficHandler(Map<String, ?> kafka) {
    this.kafka = kafka;
  }

  @Override
  protected void doStart() throws Exception {
    viewers = new Viewers(kafka, MOST_VIEWERS);
    super.doStart();
  }

  @Override
  public CompletableFuture<Void> shutdown() {
    return Graceful.shutdown(this::close);
  }

  @Override
  public boolean isShutdown() {
    return viewers == null;
  }

  private void close() {
    Viewers all = viewers;
    viewers = null;
    if (all != null) {
      all.close();
    }
  }

  @Override
  protected void doStop() throws Exception {
    close();
    super.doStop();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Viewers all = viewers;
    if (!request.getMethod().equals("GET")) {
      new Problem(HttpStatus.METHOD_NOT_ALLOWED_405, "GET alone").answer(response, callback);
      return true;
    }
    if (all == null) {
      new Problem(HttpStatus.SERVICE_UNAVAILABLE_503, "the console is being stopped")
          .answer(response, callback);
      return true;
    }
    Sse.begin(response);
    try {
      if (all.admit(new Viewer(response, callback))) {
        return true;
      }
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 30);
      new Problem(
              HttpStatus.SERVICE_UNAVAILABLE_503,
              MOST_VIEWERS + " pages watch the traffic already: close one")
          .answer(response, callback);
    } catch (KafkaException e) {
      new Problem(HttpStatus.SERVICE_UNAVAILABLE_503, String.valueOf(e.getMessage()))
          .answer(response, callback);
    }
    return true;
  }
}
