package io.clada.service;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends away what a web page of somebody else makes a browser ask: on loopback, only {@code
 * localhost} and bare addresses are answered to, and whoever names an origin must name this
 * server's own.
 */
final class Visitors extends Filter {
  private final boolean loopback;

  Visitors(InetAddress bound) {
    loopback = bound.isLoopbackAddress();
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    Visit visit = new Visit(only(exchange, "Host"), only(exchange, "Origin"));
    if (exchange.getRequestURI().toString().length() > SmallServer.LONGEST_URI) {
      SmallServer.send(exchange, Answer.text(414, "the URI is too long"));
    } else if (loopback && !visit.isToThisComputer()) {
      SmallServer.send(
          exchange, Answer.text(403, "ask for localhost or 127.0.0.1, not for another name"));
    } else if (!visit.isFromOwnPage()) {
      SmallServer.send(exchange, Answer.text(403, "pages of other origins are not answered"));
    } else {
      chain.doFilter(exchange);
    }
  }

  /** Null if there is none; no host or origin is like a list of several. */
  private static @Nullable String only(HttpExchange exchange, String header) {
    List<String> values = exchange.getRequestHeaders().get(header);
    return values == null || values.isEmpty() ? null : String.join(",", values);
  }

  @Override
  public String description() {
    return "sends other people's web pages away";
  }
}
