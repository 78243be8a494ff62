package io.clada.console;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/** A response of server-sent events. */
final class Sse {
  /** A comment, which says nothing but that the stream is alive. */
  static final String HEARTBEAT = ":\n\n";

  private Sse() {}

  static void begin(Response response) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Accel-Buffering", "no"); // proxies must not hold it back
  }

  /** An event. JSON has no line breaks of its own, which would end it. */
  static String event(String name, Object data) {
    return "event: " + name + "\ndata: " + Json.text(data) + "\n\n";
  }
}
