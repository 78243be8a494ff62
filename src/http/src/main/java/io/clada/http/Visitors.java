package io.clada.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends away what a web page of somebody else makes a browser ask. A name of its author's may point
 * to this computer (DNS rebinding): on loopback, only {@code localhost} and bare addresses are
 * answered to. And a page of another origin may post without asking first: whoever names an origin
 * must name this server's own.
 */
final class Visitors extends Filter {
  private static final Pattern BARE_ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final boolean loopback;

  Visitors(InetAddress bound) {
    loopback = bound.isLoopbackAddress();
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    String host = only(exchange, "Host");
    String origin = only(exchange, "Origin");
    if (exchange.getRequestURI().toString().length() > SmallServer.LONGEST_URI) {
      SmallServer.send(exchange, Answer.text(414, "the URI is too long"));
    } else if (loopback && (host == null || !isThisComputer(host))) {
      SmallServer.send(
          exchange, Answer.text(403, "ask for localhost or 127.0.0.1, not for another name"));
    } else if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
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

  private static boolean isThisComputer(String host) {
    String name = host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    return name.equals("localhost") || BARE_ADDRESS.matcher(name).matches();
  }

  @Override
  public String description() {
    return "sends other people's web pages away";
  }
}
