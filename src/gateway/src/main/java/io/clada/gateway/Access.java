package io.clada.gateway;

import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who may use a gateway. */
public final class Access {
  private static final String BEARER = "bearer ";

  private final @Nullable ApiKeys keys;

  Access(@Nullable ApiKeys keys) {
    this.keys = keys;
  }

  /** Whether a request carries a key that is known, or keys are not asked for. */
  public boolean admits(Request request) {
    return keys == null || find(keys, request) != null;
  }

  /**
   * The key of a request; null where keys are not asked for.
   *
   * @throws ApiException if it has none that is known
   */
  @Nullable ApiKey require(Request request) {
    if (keys == null) {
      return null;
    }
    ApiKey key = find(keys, request);
    if (key == null) {
      throw ApiException.unauthorised();
    }
    return key;
  }

  private static @Nullable ApiKey find(ApiKeys keys, Request request) {
    String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? null
        : keys.find(header.substring(BEARER.length()).strip());
  }
}
