package io.clada.console;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** All traffic, as server-sent events: the last two minutes, then what is new, every second. */
final class TrafficHandler extends Handler.Abstract {
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
  protected void doStop() throws Exception {
    Viewers all = viewers;
    if (all != null) {
      all.close();
    }
    super.doStop();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Viewers all = viewers;
    if (all == null || !request.getMethod().equals("GET")) {
      new Problem(HttpStatus.METHOD_NOT_ALLOWED_405, "GET alone").answer(response, callback);
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
