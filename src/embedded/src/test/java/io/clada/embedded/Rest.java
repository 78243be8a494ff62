package io.clada.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.apache.avro.Schema;

/** Plain HTTP against a registry, as a client in another language does it. */
final class Rest {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, String contentType, JsonNode body) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  Rest(RegistryServer server) {
    this.url = server.url();
  }

  Answer get(String path) {
    return send(path, "GET", "");
  }

  Answer send(String path, String method, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          JSON.readTree(response.body()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer post(String path, Schema schema) {
    return send(path, "POST", JSON.valueToTree(Map.of("schema", schema.toString())).toString());
  }

  /** Registers and gives the id. */
  int register(String subject, Schema schema) {
    return post("/subjects/" + subject + "/versions", schema).body().path("id").asInt();
  }
}
