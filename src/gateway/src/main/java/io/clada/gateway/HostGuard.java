package io.clada.gateway;

import io.clada.service.Visit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Where no key is asked for, whoever reaches the port may use it: programs of this computer, or of
 * the network it was opened to, but not web pages that their site's name server sends here under
 * the site's own name (DNS rebinding). So it answers to bare addresses and to names that no site on
 * the Internet can have.
 */
final class HostGuard extends Handler.Wrapper {
  HostGuard(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (new Visit(Request.getServerName(request), null).isToNoSite()) {
      return super.handle(request, response, callback);
    }
    Json.send(
        response,
        ApiException.of(
            403,
            "this gateway asks for no key, so it answers to addresses and local names only; name a"
                + " file of API keys with --keys to serve other names"),
        callback);
    return true;
  }
}
