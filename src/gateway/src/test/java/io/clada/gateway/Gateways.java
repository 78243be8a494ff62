package io.clada.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A client of a gateway that is not more than HTTP. */
final class Gateways {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Gateways() {}

  static HttpResponse<String> get(GatewayServer gateway, String path, String... headers)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(gateway.url() + path)), headers);
  }

  /**
   * @param body JSON in which single quotes stand for double ones
   */
  static HttpResponse<String> post(
      GatewayServer gateway, String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(gateway.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))),
        headers);
  }

  static HttpResponse<String> chat(GatewayServer gateway, String said, String more)
      throws IOException, InterruptedException {
    return post(
        gateway,
        "/v1/chat/completions",
        "{'model': 'scripted', 'messages': [{'role': 'user', 'content': '%s'}] %s}"
            .formatted(said, more));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String... headers)
      throws IOException, InterruptedException {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** The data of the server-sent events, the last of which must be {@code [DONE]}. */
  static List<JsonNode> events(HttpResponse<String> response) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    String[] blocks = response.body().strip().split("\n\n", -1);
    for (int i = 0; i < blocks.length; i++) {
      if (blocks[i].startsWith(":")) {
        continue;
      }
      if (!blocks[i].startsWith("data: ")) {
        throw new AssertionError("no event: " + blocks[i]);
      }
      String data = blocks[i].substring("data: ".length());
      if (data.equals("[DONE]") && i == blocks.length - 1) {
        return events;
      }
      events.add(JSON.readTree(data));
    }
    throw new AssertionError("no end: " + response.body());
  }

  static String contents(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.at("/choices/0/delta/content").asText())
        .collect(Collectors.joining());
  }
}
