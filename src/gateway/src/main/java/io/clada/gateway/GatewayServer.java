package io.clada.gateway;

import java.net.BindException;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves OpenAI's API, and what else is mounted, over HTTP/1.1.
 *
 * <pre>{@code
 * GatewayServer gateway = new GatewayServer(GatewaySettings.loopback(8080), kafkaProperties);
 * gateway.mount(console);
 * gateway.start();
 * }</pre>
 *
 * <p>No thread waits for tokens: however many answers stream, the pool stays small.
 */
public final class GatewayServer implements AutoCloseable {
  private static final int MOST_THREADS = 64;

  private final GatewaySettings settings;
  private final Server server;
  private final ServerConnector connector;
  private final Handler.Sequence handlers = new Handler.Sequence();
  private final Access access;

  /**
   * Makes a gateway, which does nothing until it is started.
   *
   * @param kafka Kafka's and the schema registry's own properties, and {@code clada.topic.prefix}
   * @throws GatewayException if the settings cannot be
   */
  public GatewayServer(GatewaySettings settings, Map<String, ?> kafka) {
    this.settings = settings;
    access = new Access();
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
    threads.setName("clada-gateway");
    server = new Server(threads);
    connector = new ServerConnector(server, new HttpConnectionFactory(http()));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    server.addConnector(connector);
    handlers.addHandler(new HealthHandler());
    server.setHandler(handlers);
  }

  private HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(settings.limits().headerBytes());
    return http;
  }

  /**
   * Adds a handler for what the gateway itself does not answer. Before {@link #start} only. Its
   * pages are for everyone; what they ask the server for is theirs to protect, with {@link
   * #access}.
   */
  public void mount(Handler handler) {
    handlers.addHandler(handler);
  }

  /** Who may use it. */
  public Access access() {
    return access;
  }

  /**
   * Binds the port and returns once it answers.
   *
   * @throws GatewayException if the port cannot be bound
   */
  public void start() {
    try {
      server.start();
    } catch (Exception e) {
      close();
      String where = settings.host() + ":" + settings.port();
      Throwable cause = e.getCause() instanceof BindException bind ? bind : e;
      throw new GatewayException(
          "the gateway cannot listen on "
              + where
              + " ("
              + cause.getMessage()
              + "); choose another port with --gateway-port",
          e);
    }
  }

  /** The port that is bound. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Where it answers, as a client on this computer writes it. */
  public String url() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return "http://" + host + ":" + port();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the gateway could not be stopped", e);
    }
  }
}
