package io.clada.gateway;

import io.clada.client.ClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger log = LoggerFactory.getLogger(GatewayServer.class);
  private static final int MOST_THREADS = 64;

  /** Besides those that answers need: health checks, lists of models, keep-alive. */
  private static final int SPARE_CONNECTIONS = 256;

  /** How long answers under way may take to end when it is closed. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long those that have not may take to say so to their clients. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final GatewaySettings settings;
  private final Server server;
  private final ServerConnector connector;
  private final @Nullable ServerConnector operators;
  private final Handler.Sequence handlers = new Handler.Sequence();
  private final GatewayMetrics metrics = new GatewayMetrics();
  private final Access access;
  private final Exchanges exchanges;
  private final FleetModels models;

  /**
   * Makes a gateway, which answers nothing until it is started. Brokers need not be there yet.
   *
   * @param kafka Kafka's and the schema registry's own properties, and {@code clada.topic.prefix}
   * @throws GatewayException if the keys' file can't be read
   * @throws ClientException if a property of Kafka's is wrong
   */
  public GatewayServer(GatewaySettings settings, Map<String, ?> kafka) {
    this.settings = settings;
    access = new Access(settings.keys() == null ? null : new ApiKeys(settings.keys()));
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
    threads.setName("clada-gateway");
    server = new Server(threads);
    server.setErrorHandler(new JsonErrors());
    server.setStopTimeout(GRACE.plus(FAREWELL).toMillis());
    connector = connector(new InetSocketAddress(settings.host(), settings.port()));
    operators = settings.operators() == null ? null : connector(settings.operators());
    if (operators != null) {
      operators.setName(OpsHandler.CONNECTOR);
    }
    server.addBean(
        new NetworkConnectionLimit(settings.limits().streams() + SPARE_CONNECTIONS, connector));
    exchanges = new Exchanges(kafka, settings.limits(), metrics, threads);
    models =
        new FleetModels(
            exchanges::models, settings.models(), exchanges.clock().instant().getEpochSecond());
    handlers.addHandler(new OpsHandler(models, metrics, access));
    handlers.addHandler(new ApiHandler(exchanges, models, access));
    server.setHandler(new GracefulHandler(guarded()));
  }

  private Handler guarded() {
    return settings.keys() == null ? new HostGuard(handlers) : handlers;
  }

  private ServerConnector connector(InetSocketAddress address) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(settings.limits().headerBytes());
    ServerConnector made = new ServerConnector(server, new HttpConnectionFactory(http));
    made.setHost(address.getHostString());
    made.setPort(address.getPort());
    made.setIdleTimeout(settings.limits().idle().toMillis());
    server.addConnector(made);
    return made;
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
   * Binds its ports and returns once it answers.
   *
   * @throws GatewayException if one cannot be bound
   */
  public void start() {
    open(connector);
    if (operators != null) {
      open(operators);
    }
    models.start();
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new GatewayException("the gateway can't be started: " + e.getMessage(), e);
    }
  }

  private void open(ServerConnector which) {
    try {
      which.open();
    } catch (IOException e) {
      close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new GatewayException(
          "the gateway can't listen on "
              + which.getHost()
              + ":"
              + which.getPort()
              + " ("
              + cause.getMessage()
              + "); choose another port",
          e);
    }
  }

  /** The port that is bound. */
  public int port() {
    return connector.getLocalPort();
  }

  /** The operators' port that is bound; 0 if there is none. */
  public int operatorsPort() {
    return operators == null ? 0 : operators.getLocalPort();
  }

  /** Where it answers, as a client on this computer writes it. */
  public String url() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return "http://" + host + ":" + port();
  }

  /** Lets answers under way end, for some seconds, then ends them and their requests. */
  @Override
  public void close() {
    if (server.isRunning()) {
      exchanges.endAfter(GRACE);
    }
    try {
      server.stop();
    } catch (TimeoutException e) {
      log.info("Clients that read slowly were cut off");
    } catch (Exception e) {
      throw new IllegalStateException("the gateway could not be stopped", e);
    } finally {
      models.close();
      exchanges.close();
      metrics.close();
    }
  }
}
