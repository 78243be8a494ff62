package io.clada.gateway;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What an orchestrator and a scraper ask: {@code /health/live}, {@code /health/ready} (200 while
 * the fleet's brokers answer; a 503 says what is wrong), and {@code /metrics}, for which a key is
 * asked wherever one is.
 */
final class OpsHandler extends Handler.Abstract {
  /** What the connector for operators is called, where there is one of their own. */
  static final String CONNECTOR = "operators";

  private final FleetModels fleet;
  private final GatewayMetrics metrics;
  private final Access access;

  OpsHandler(FleetModels fleet, GatewayMetrics metrics, Access access) {
    this.fleet = fleet;
    this.metrics = metrics;
    this.access = access;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Connector connector = request.getConnectionMetaData().getConnector();
    boolean operators = CONNECTOR.equals(connector.getName());
    switch (Request.getPathInContext(request)) {
      case "/health/live" -> answer(response, 200, "yes\n", callback);
      case "/health/ready" -> {
        String trouble = fleet.trouble();
        answer(
            response,
            trouble == null ? 200 : 503,
            trouble == null ? "yes\n" : trouble + "\n",
            callback);
      }
      case "/metrics" -> {
        if (operators || access.admits(request)) {
          answer(response, 200, metrics.scrape(), callback);
        } else {
          Json.send(response, ApiException.unauthorised(), callback);
        }
      }
      default -> {
        if (!operators) {
          return false;
        }
        Json.send(
            response, ApiException.of(404, "only /health and /metrics are served here"), callback);
      }
    }
    return true;
  }

  private static void answer(Response response, int status, String body, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Content.Sink.write(response, true, body, callback);
  }
}
