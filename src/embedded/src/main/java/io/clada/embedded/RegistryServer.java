package io.clada.embedded;

import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.service.SmallServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry for this computer (127.0.0.1, no authentication) that speaks the part of
 * Confluent's REST API which clients in any language need, Avro only. The project's own schemas are
 * in it from the start, with the same ids as in every embedded registry. It has the limits of a
 * {@link SmallServer}.
 */
public final class RegistryServer implements AutoCloseable {
  private final SmallServer http;
  private final RegistryStore store;

  private RegistryServer(SmallServer http, RegistryStore store) {
    this.http = http;
    this.store = store;
  }

  /**
   * Serves a registry that forgets everything at close.
   *
   * @param port on 127.0.0.1, 0 for any free one
   * @throws EmbeddedStartException the port is in use
   */
  public static RegistryServer start(int port) {
    return start(port, null);
  }

  /**
   * Serves a registry that finds its schemas, ids and levels again at the next start.
   *
   * @param port on 127.0.0.1, 0 for any free one
   * @param file of JSON lines, made where missing, held by one registry at a time; null to forget
   *     everything at close. A registration is on disk before it is answered.
   * @throws EmbeddedStartException the port or the file is in use, or the file is damaged
   */
  public static RegistryServer start(int port, @Nullable Path file) {
    SmallServer http = listen(port);
    try {
      return serve(
          http,
          file == null
              ? RegistryStore.of(InMemorySchemaRegistry.withBundledSchemas())
              : RegistryStore.kept(file));
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  /** Serves this very registry. */
  static RegistryServer serving(InMemorySchemaRegistry registry) {
    return serve(listen(0), RegistryStore.of(registry));
  }

  private static SmallServer listen(int port) {
    try {
      return SmallServer.bind(
          new InetSocketAddress(BoundSockets.loopback(), port), "clada-registry");
    } catch (BindException e) {
      throw EmbeddedStartException.portInUse("the schema registry", port, e);
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "the schema registry cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  private static RegistryServer serve(SmallServer http, RegistryStore store) {
    http.handler("/", new RegistryHandler(new RegistryApi(store))).start();
    return new RegistryServer(http, store);
  }

  /** For {@code schema.registry.url}: {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://" + BoundSockets.HOST + ":" + http.port();
  }

  /** Stops at once; calls under way are cut off. Closing again does nothing. */
  @Override
  public void close() {
    http.close();
    store.close();
  }
}
