package io.clada.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a call to the registry until somebody answers it: to each address in turn, beginning with
 * the one that answered last, and, after a growing wait, all over again. An answer below 500, save
 * 408 and 429, is final.
 */
final class RestTransport {
  private static final Logger LOG = LoggerFactory.getLogger(RestTransport.class);
  private static final int MOST_BYTES = 16 << 20;
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  private final RestConfig config;
  private final LongConsumer pause;
  private final HttpClient client;
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicInteger preferred = new AtomicInteger();

  /**
   * @param pause waits that many milliseconds
   */
  RestTransport(RestConfig config, LongConsumer pause) {
    this.config = config;
    this.pause = pause;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.connectTimeout());
    RestTls.contextOf(config).ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  JsonNode get(String path) {
    return call("GET", path, null);
  }

  JsonNode post(String path, JsonNode body) {
    return call("POST", path, body);
  }

  JsonNode put(String path, JsonNode body) {
    return call("PUT", path, body);
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) {
    Duration wait = config.retryWait();
    for (int round = 0; ; round++) {
      try {
        return callAny(method, path, body);
      } catch (IOException e) {
        if (round == config.maxRetries()) {
          throw new RegistryUnavailableException(
              "Schema registry at "
                  + config.urls()
                  + " does not answer "
                  + method
                  + " "
                  + path
                  + " after "
                  + (round + 1)
                  + " attempts ("
                  + reason(e)
                  + "): check schema.registry.url and that it is running",
              e);
        }
        LOG.warn("{} {}: {}; again in {} ms", method, path, reason(e), wait.toMillis());
      }
      pause.accept(wait.toMillis());
      Duration doubled = wait.multipliedBy(2);
      wait = doubled.compareTo(config.retryMaxWait()) < 0 ? doubled : config.retryMaxWait();
    }
  }

  private JsonNode callAny(String method, String path, @Nullable JsonNode body) throws IOException {
    IOException failure = new IOException("no address");
    int first = preferred.get();
    for (int i = 0; i < config.urls().size(); i++) {
      int index = (first + i) % config.urls().size();
      try {
        JsonNode answer = callOne(index, method, path, body);
        preferred.set(index);
        return answer;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private JsonNode callOne(int index, String method, String path, @Nullable JsonNode body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(config.urls().get(index) + path))
            .header("Accept", CONTENT_TYPE)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE);
    }
    String authorization = config.authorization().get(index);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<String> response = send(request.build());
    int status = response.statusCode();
    if (status >= 500 || status == 408 || status == 429) {
      throw new IOException(config.urls().get(index) + " answered " + status);
    }
    if (status >= 300) {
      throw refusal(method + " " + path, status, response.body());
    }
    return parse(method + " " + path, response.body());
  }

  /** The time-out of a request ends with the headers; this one holds for the body, too. */
  private HttpResponse<String> send(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, head -> new LimitedBody(MOST_BYTES));
    try {
      return answer.get(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("request timed out");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private JsonNode parse(String call, String body) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.NO_REGISTRY,
          config.urls()
              + " answers "
              + call
              + " without JSON: does schema.registry.url name a schema registry?",
          e);
    }
  }

  private SchemaRegistryException refusal(String call, int status, String body) {
    int code = status;
    String message = "";
    try {
      JsonNode error = json.readTree(body);
      code = error.path("error_code").asInt(status);
      message = error.path("message").asText("");
    } catch (JsonProcessingException e) {
      LOG.debug("The body of {}'s answer {} is no JSON", call, status);
    }
    String hint =
        status == 401 || status == 403
            ? "; check basic.auth.credentials.source and basic.auth.user.info"
            : "";
    return new SchemaRegistryException(
        code, "Schema registry refused " + call + " with " + code + ": " + message + hint);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
