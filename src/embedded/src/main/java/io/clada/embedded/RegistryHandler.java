package io.clada.embedded;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.clada.schemas.registry.SchemaRegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP around {@link RegistryApi}: bodies, status codes and Confluent's error objects. */
final class RegistryHandler implements HttpHandler {
  static final int MAX_BODY_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(RegistryHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int TOO_LARGE = 413;
  private static final int STORE_ERROR = 50001;

  private final RegistryApi api;

  RegistryHandler(RegistryApi api) {
    this.api = api;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      Object answer;
      try {
        answer = api.answer(read(exchange));
      } catch (SchemaRegistryException e) {
        status = e.httpStatus();
        answer = error(e.errorCode(), String.valueOf(e.getMessage()));
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        // Without an answer a client could only guess at a broken connection.
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        status = 500;
        answer = error(STORE_ERROR, String.valueOf(e.getMessage()));
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static RegistryRequest read(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      throw new SchemaRegistryException(
          TOO_LARGE, "the body has more than " + MAX_BODY_BYTES + " bytes");
    }
    return RegistryRequest.of(
        exchange.getRequestMethod(),
        exchange.getRequestURI(),
        new String(body, StandardCharsets.UTF_8));
  }

  private static Map<String, Object> error(int code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("error_code", code);
    error.put("message", message);
    return error;
  }
}
