package io.clada.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/**
 * A registry over HTTP in the shape of Confluent's, for tests of clients: it records the calls, and
 * answers with what a test has prepared before it does its work.
 */
public final class HttpRegistry implements AutoCloseable {

  /** A call as it came in. */
  public record Call(
      String method, String path, String contentType, String accept, String authorization) {}

  private record Answer(int status, String body) {}

  private final ObjectMapper json = new ObjectMapper();
  private final InMemorySchemaRegistry registry = InMemorySchemaRegistry.empty();
  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Queue<Answer> prepared = new ConcurrentLinkedQueue<>();

  public HttpRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://" + address();
  }

  String address() {
    return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  /** The next call gets this answer. */
  void answerOnce(int status, String body) {
    prepared.add(new Answer(status, body));
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      calls.add(
          new Call(
              exchange.getRequestMethod(),
              path,
              exchange.getRequestHeaders().getFirst("Content-Type"),
              exchange.getRequestHeaders().getFirst("Accept"),
              exchange.getRequestHeaders().getFirst("Authorization")));
      Answer answer = prepared.poll();
      if (answer == null) {
        answer = answer(exchange, path);
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answer(HttpExchange exchange, String path) throws IOException {
    List<String> parts =
        List.of(path.substring(1).split("/")).stream()
            .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
            .toList();
    JsonNode body = json.readTree(exchange.getRequestBody());
    try {
      Object result = route(exchange.getRequestMethod() + " " + parts.get(0), parts, body);
      return new Answer(200, json.writeValueAsString(result));
    } catch (SchemaRegistryException e) {
      return new Answer(
          e.httpStatus(),
          json.writeValueAsString(
              Map.of("error_code", e.errorCode(), "message", String.valueOf(e.getMessage()))));
    }
  }

  private Object route(String call, List<String> parts, JsonNode body) {
    return switch (call) {
      case "GET schemas" ->
          Map.of("schema", registry.schema(Integer.parseInt(parts.get(2))).toString());
      case "GET subjects" -> subjects(parts);
      case "POST subjects" ->
          parts.size() == 2
              ? shown(registry.lookUp(parts.get(1), schema(body)))
              : Map.of("id", registry.register(parts.get(1), schema(body)));
      case "POST compatibility" ->
          Map.of("is_compatible", registry.isCompatible(parts.get(2), schema(body)));
      case "GET config" ->
          Map.of("compatibilityLevel", registry.compatibility(parts.get(1)).name());
      case "PUT config" -> {
        registry.setCompatibility(
            parts.get(1), CompatibilityLevel.of(body.path("compatibility").asText()));
        yield body;
      }
      default -> throw new SchemaRegistryException(404, "HTTP 404 Not Found");
    };
  }

  private Object subjects(List<String> parts) {
    return switch (parts.size()) {
      case 1 -> registry.subjects();
      case 3 -> registry.versions(parts.get(1));
      default ->
          shown(
              parts.get(3).equals("latest")
                  ? registry.latest(parts.get(1))
                  : registry.version(parts.get(1), Integer.parseInt(parts.get(3))));
    };
  }

  private static Map<String, Object> shown(RegisteredSchema version) {
    return Map.of(
        "subject",
        version.subject(),
        "version",
        version.version(),
        "id",
        version.id(),
        "schema",
        version.schema().toString());
  }

  private static Schema schema(JsonNode body) {
    return InMemorySchemaRegistry.parse(body.path("schema").asText());
  }
}
