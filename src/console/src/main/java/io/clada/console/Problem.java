package io.clada.console;

import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Why the page's request is not answered.
 *
 * @param status of HTTP
 * @param message for people
 * @param field of the request that is to blame; null: none
 */
record Problem(int status, String message, @Nullable String field) {
  Problem(int status, String message) {
    this(status, message, null);
  }

  void answer(Response response, Callback callback) {
    Map<String, String> error = new LinkedHashMap<>();
    error.put("message", message);
    if (field != null) {
      error.put("field", field);
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    Content.Sink.write(response, true, Json.text(error), callback);
  }
}
