package io.clada.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OpenAI's API, everything under {@code /v1/}. */
final class ApiHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);
  private static final String MODELS = "/v1/models";
  private static final String TRACEPARENT = "traceparent";
  private static final int MOST_TRACEPARENT_CHARACTERS = 128;

  private final Exchanges exchanges;
  private final FleetModels models;
  private final Access access;
  private final AskReader reader;

  ApiHandler(Exchanges exchanges, FleetModels models, Access access) {
    this.exchanges = exchanges;
    this.models = models;
    this.access = access;
    reader = new AskReader(exchanges.clock());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (!path.startsWith("/v1/")) {
      return false;
    }
    Endpoint endpoint = Endpoint.at(path);
    String id = id(endpoint == null ? "req-" : endpoint.idPrefix());
    response.getHeaders().put("x-request-id", id);
    try {
      ApiKey key = access.require(request);
      if (endpoint != null) {
        require(request, "POST", path);
        complete(endpoint, id, key, request, response, callback);
      } else if (path.equals(MODELS)) {
        require(request, "GET", path);
        Json.send(response, models.list(), callback);
      } else if (path.startsWith(MODELS + "/")) {
        require(request, "GET", path);
        Json.send(response, models.find(path.substring(MODELS.length() + 1)), callback);
      } else {
        throw ApiException.of(404, "there is no " + request.getMethod() + " " + path + " here");
      }
    } catch (ApiException e) {
      refuse(endpoint, e, response, callback);
    }
    return true;
  }

  private static String id(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  private static void require(Request request, String method, String path) {
    if (!request.getMethod().equals(method)) {
      throw ApiException.of(405, path + " takes " + method + ", not " + request.getMethod());
    }
  }

  /** What only JSON may be: a browser does not send that to another site unasked. */
  private void complete(
      Endpoint endpoint,
      String id,
      @Nullable ApiKey key,
      Request request,
      Response response,
      Callback callback) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw ApiException.of(415, "send the header Content-Type: application/json");
    }
    int most = exchanges.limits().bodyBytes();
    if (request.getLength() > most) {
      throw tooLarge(most);
    }
    exchanges.requireRoom();
    Content.Source.asByteArrayAsync(
        request,
        most,
        Promise.Invocable.from(
            Invocable.InvocationType.BLOCKING,
            body -> read(endpoint, id, key, body, request, response, callback),
            failure -> refuse(endpoint, unread(failure, most), response, callback)));
  }

  private void read(
      Endpoint endpoint,
      String id,
      @Nullable ApiKey key,
      byte[] body,
      Request request,
      Response response,
      Callback callback) {
    try {
      begin(endpoint, id, key, body, request, response, callback);
    } catch (ApiException e) {
      refuse(endpoint, e, response, callback);
    } catch (RuntimeException e) {
      log.error("Request {} could not be begun", id, e);
      refuse(endpoint, ApiException.of(500, "internal error"), response, callback);
    }
  }

  private static ApiException tooLarge(int most) {
    return ApiException.of(413, "the body may have at most " + most + " bytes");
  }

  private static ApiException unread(Throwable failure, int most) {
    return failure instanceof IllegalStateException
        ? tooLarge(most)
        : ApiException.of(400, "the body was not received: " + failure.getMessage());
  }

  private void begin(
      Endpoint endpoint,
      String id,
      @Nullable ApiKey key,
      byte[] body,
      Request request,
      Response response,
      Callback callback) {
    Ask ask = reader.read(endpoint, new Body(Json.read(body)), key == null ? null : key.tenant());
    Charge charge = key == null ? Charge.NONE : key.reserve(ask.estimatedTokens());
    // An answer may take as long as it takes; Exchange looks after clients and the fleet's silence.
    request.addIdleTimeoutListener(timeout -> false);
    exchanges.begin(
        new Exchange(exchanges, ask, id, charge, request, response, callback), headers(request));
  }

  private static Map<String, String> headers(Request request) {
    String trace = request.getHeaders().get(TRACEPARENT);
    return trace == null || trace.length() > MOST_TRACEPARENT_CHARACTERS
        ? Map.of()
        : Map.of(TRACEPARENT, trace);
  }

  private void refuse(
      @Nullable Endpoint endpoint, ApiException e, Response response, Callback callback) {
    if (endpoint != null) {
      exchanges.metrics().refused(endpoint, e.status());
    }
    Json.send(response, e, callback);
  }
}
