package io.clada.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's and controller's listening sockets, bound before Kafka is configured. So a free port
 * that was chosen cannot be lost to another process before Kafka takes it, and a port in use is
 * known before anything has started.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {
  static final String BROKER = "BROKER";
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  private final Map<String, ServerSocketChannel> sockets;

  private BoundSockets(Map<String, ServerSocketChannel> sockets) {
    this.sockets = sockets;
  }

  /**
   * @param brokerPort 0 for any free port
   * @param others names of further listeners, which like the controller take any free port
   */
  static BoundSockets bind(int brokerPort, List<String> others) {
    BoundSockets bound = new BoundSockets(new HashMap<>());
    try {
      bound.sockets.put(BROKER, listen(brokerPort));
      bound.sockets.put(CONTROLLER, listen(0));
      others.forEach(name -> bound.sockets.put(name, listen(0)));
      return bound;
    } catch (RuntimeException e) {
      bound.close();
      throw e;
    }
  }

  private static ServerSocketChannel listen(int port) {
    try {
      ServerSocketChannel socket = ServerSocketChannel.open();
      try {
        socket.configureBlocking(false);
        return socket.bind(new InetSocketAddress(loopback(), port));
      } catch (IOException | RuntimeException e) {
        closeQuietly(socket);
        throw e;
      }
    } catch (BindException e) {
      throw EmbeddedStartException.portInUse("the embedded Kafka broker", port, e);
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "the embedded Kafka broker cannot listen on " + HOST + ":" + port + ": " + e.getMessage(),
          e);
    }
  }

  /** Not {@code getLoopbackAddress}, which is {@code ::1} where the JVM prefers IPv6. */
  static InetAddress loopback() throws UnknownHostException {
    return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
  }

  /** Host and port of a listener. */
  String address(String listener) {
    return HOST + ":" + socket(listener).socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize)
      throws IOException {
    return socket(listenerName);
  }

  boolean has(String listener) {
    return sockets.containsKey(listener);
  }

  private ServerSocketChannel socket(String listener) {
    ServerSocketChannel socket = sockets.get(listener);
    if (socket == null) {
      throw new IllegalArgumentException("no socket was bound for listener " + listener);
    }
    return socket;
  }

  @Override
  public void close() {
    sockets.values().forEach(BoundSockets::closeQuietly);
  }

  private static void closeQuietly(ServerSocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing was written through a listening socket, so nothing is lost.
    }
  }
}
