package io.clada.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** A console in a server of its own, on a free loopback port, which waits long for answers. */
final class Site implements AutoCloseable {
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final HttpClient http = HttpClient.newHttpClient();

  Site(Map<String, ?> kafka) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(new ConsoleHandler(kafka)));
    server.setStopTimeout(Duration.ofMinutes(10).toMillis());
    server.start();
  }

  int port() {
    return connector.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url(path))));
  }

  /** Its body ends when the server ends the stream. */
  CompletableFuture<HttpResponse<Stream<String>>> watch() {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(url("/console/api/traffic"))).build(),
        HttpResponse.BodyHandlers.ofLines());
  }

  HttpResponse<String> post(String type, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url("/console/api/requests")))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
