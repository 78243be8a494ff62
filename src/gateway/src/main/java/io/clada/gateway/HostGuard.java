package io.clada.gateway;

import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Where no key is asked for, whoever reaches the port may use it: programs of this computer, but
 * not web pages that their site's name server sends here under the site's own name.
 */
final class HostGuard extends Handler.Wrapper {
  private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final String host;

  /**
   * @param host that is bound
   * @param handler for what is let through
   */
  HostGuard(String host, Handler handler) {
    super(handler);
    this.host = host;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String named = Request.getServerName(request);
    if (OWN.contains(named) || host.equals(named)) {
      return super.handle(request, response, callback);
    }
    Json.send(
        response,
        ApiException.of(
            403,
            "this gateway asks for no key, so it answers as localhost only; name a file of API keys"
                + " with --keys to serve other names"),
        callback);
    return true;
  }
}
