package io.clada.worker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector that takes spans as OTLP over HTTP has them (opentelemetry-proto, trace.proto). */
final class SpanReceiver implements AutoCloseable {
  private final HttpServer http;
  private final List<Received> spans = new CopyOnWriteArrayList<>();

  private SpanReceiver(HttpServer http) {
    this.http = http;
  }

  /**
   * A span.
   *
   * @param parent empty if it has none
   * @param status 0 unset, 1 ok, 2 error
   * @param attributes texts and whole numbers
   */
  record Received(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      long startNanos,
      long endNanos,
      long status,
      Map<String, Object> attributes) {
    double seconds() {
      return (endNanos - startNanos) / 1e9;
    }
  }

  static SpanReceiver start() throws IOException {
    SpanReceiver receiver =
        new SpanReceiver(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    receiver.http.createContext(
        "/v1/traces",
        exchange -> {
          receiver.take(ProtoMessage.parse(exchange.getRequestBody().readAllBytes()));
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.http.start();
    return receiver;
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  List<Received> spans() {
    return List.copyOf(spans);
  }

  Received span(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  private void take(ProtoMessage request) {
    for (ProtoMessage resource : request.messages(1)) {
      String service =
          (String) attributes(resource.messages(1).get(0).messages(1)).get("service.name");
      for (ProtoMessage scope : resource.messages(2)) {
        scope.messages(2).forEach(span -> spans.add(received(service, span)));
      }
    }
  }

  private static Received received(String service, ProtoMessage span) {
    return new Received(
        service,
        HexFormat.of().formatHex(span.bytes(1)),
        HexFormat.of().formatHex(span.bytes(2)),
        HexFormat.of().formatHex(span.bytes(4)),
        span.text(5),
        span.number(7),
        span.number(8),
        span.has(15) ? span.messages(15).get(0).number(3) : 0,
        attributes(span.messages(9)));
  }

  private static Map<String, Object> attributes(List<ProtoMessage> pairs) {
    Map<String, Object> attributes = new HashMap<>();
    for (ProtoMessage pair : pairs) {
      ProtoMessage value = pair.messages(2).get(0);
      attributes.put(pair.text(1), value.has(1) ? value.text(1) : (Object) value.number(3));
    }
    return attributes;
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
