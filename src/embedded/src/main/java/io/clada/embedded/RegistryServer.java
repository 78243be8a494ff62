package io.clada.embedded;

import com.sun.net.httpserver.HttpServer;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry for this computer (127.0.0.1, no authentication) that speaks the part of
 * Confluent's REST API which clients in any language need, Avro only. The project's own schemas are
 * in it from the start, with the same ids as in every embedded registry.
 */
public final class RegistryServer implements AutoCloseable {
  private static final int STOP_SECONDS = 0;

  private final HttpServer http;
  private final ExecutorService threads;
  private final RegistryStore store;

  private RegistryServer(HttpServer http, ExecutorService threads, RegistryStore store) {
    this.http = http;
    this.threads = threads;
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
    HttpServer http = listen(port);
    try {
      return serve(
          http,
          file == null
              ? RegistryStore.of(InMemorySchemaRegistry.withBundledSchemas())
              : RegistryStore.kept(file));
    } catch (RuntimeException e) {
      http.stop(STOP_SECONDS);
      throw e;
    }
  }

  /** Serves this very registry. */
  static RegistryServer serving(InMemorySchemaRegistry registry) {
    return serve(listen(0), RegistryStore.of(registry));
  }

  private static HttpServer listen(int port) {
    try {
      return HttpServer.create(new InetSocketAddress(BoundSockets.loopback(), port), 0);
    } catch (BindException e) {
      throw EmbeddedStartException.portInUse("the schema registry", port, e);
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "the schema registry cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  private static RegistryServer serve(HttpServer http, RegistryStore store) {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "clada-registry");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
    http.createContext("/", new RegistryHandler(new RegistryApi(store)));
    http.start();
    return new RegistryServer(http, threads, store);
  }

  /** For {@code schema.registry.url}: {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://" + BoundSockets.HOST + ":" + http.getAddress().getPort();
  }

  /** Stops at once; calls under way are cut off. Closing again does nothing. */
  @Override
  public void close() {
    http.stop(STOP_SECONDS);
    threads.shutdownNow();
    store.close();
  }
}
