package io.clada.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;

/** The HTTP endpoint of one instance of the topology. */
final class StatusSource {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI url;

  /**
   * @throws CliException if the address is none of HTTP
   */
  StatusSource(HttpClient http, String url) {
    this.http = http;
    try {
      this.url = URI.create(url.endsWith("/") ? url : url + "/");
    } catch (IllegalArgumentException e) {
      throw new CliException("--url: '" + url + "' is no address: " + e.getMessage(), e);
    }
    String scheme = String.valueOf(this.url.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || this.url.getHost() == null) {
      throw new CliException("--url: '" + url + "' is not like http://127.0.0.1:9465");
    }
  }

  /**
   * Asks for a page.
   *
   * @throws CliException if it is not to be had
   */
  JsonNode page(String name) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url.resolve(name)).timeout(PATIENCE).build();
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        return read(answer.statusCode(), body.readNBytes(MOST_BYTES + 1));
      }
    } catch (ConnectException | HttpTimeoutException e) {
      throw new CliException(
          "no topology answers at "
              + url
              + ": start 'clada up' or 'clada topology --http-port 9465', or name yours with --url",
          e);
    } catch (IOException e) {
      throw new CliException(url + " can't be read: " + e.getMessage(), e);
    }
  }

  private JsonNode read(int status, byte[] body) throws IOException {
    if (body.length > MOST_BYTES) {
      throw new CliException(url + " answers with more than " + MOST_BYTES + " bytes");
    }
    if (status == 503) {
      throw new CliException(url + " is not ready: " + new String(body, UTF_8).strip());
    }
    try {
      JsonNode page = status == 200 ? JSON.readTree(body) : null;
      if (page != null && page.hasNonNull("now")) {
        return page;
      }
    } catch (JsonProcessingException e) {
      throw new CliException(url + " does not answer as a topology does: no JSON", e);
    }
    throw new CliException(url + " does not answer as a topology does: status " + status);
  }
}
