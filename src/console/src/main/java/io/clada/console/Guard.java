package io.clada.console;

import io.clada.service.Visit;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites out: their pages can neither speak to the console through a visitor's browser,
 * nor frame it, nor have a script run in it.
 */
final class Guard extends Handler.Wrapper {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Where a browser may say that a request comes from: a page of ours, or the address bar. */
  private static final Set<String> OWN = Set.of("same-origin", "none");

  Guard(Handler guarded) {
    super(guarded);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!isOurs(request)) {
      return false;
    }
    HttpFields.Mutable headers = response.getHeaders();
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    String refusal = refusal(request);
    if (refusal != null) {
      new Problem(HttpStatus.FORBIDDEN_403, refusal).answer(response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }

  /** Whether the path may be one of the console's. */
  private static boolean isOurs(Request request) {
    String path = request.getHttpURI().getCanonicalPath();
    return path.equals("/") || path.equals("/console") || path.startsWith("/console/");
  }

  private static @Nullable String refusal(Request request) {
    HttpFields headers = request.getHeaders();
    Visit visit = new Visit(headers.get(HttpHeader.HOST), headers.get(HttpHeader.ORIGIN));
    if (isLoopback(request.getConnectionMetaData().getLocalSocketAddress())
        && !visit.isToThisComputer()) {
      return "this console answers to localhost and 127.0.0.1 alone, not to " + visit.host();
    }
    if (!visit.isFromOwnPage()) {
      return "this console does not answer to pages of " + visit.origin();
    }
    String from = headers.get("Sec-Fetch-Site");
    boolean api = request.getHttpURI().getCanonicalPath().startsWith("/console/api/");
    if (api && from != null && !OWN.contains(from)) {
      return "this console does not answer to pages of other sites";
    }
    return null;
  }

  private static boolean isLoopback(@Nullable SocketAddress local) {
    return local instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress();
  }
}
