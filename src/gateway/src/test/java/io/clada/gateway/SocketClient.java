package io.clada.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client on a plain socket, which does what others do not: it hangs up, does not read, or asks
 * again on the same connection.
 */
final class SocketClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SMALL_BUFFER = 4096;

  private final Socket socket = new Socket();
  private final BufferedReader in;

  SocketClient(GatewayServer gateway) throws IOException {
    socket.setReceiveBufferSize(SMALL_BUFFER);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), SMALL_BUFFER);
  }

  /** Asks for a prompt's continuation. */
  SocketClient ask(String prompt, boolean streamed) throws IOException {
    return ask(prompt, streamed, "");
  }

  /**
   * @param more fields, in single quotes
   */
  SocketClient ask(String prompt, boolean streamed, String more) throws IOException {
    String body =
        "{'prompt': '%s', 'stream': %s %s}".formatted(prompt, streamed, more).replace('\'', '"');
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** What comes up to and with this text. */
  String readUntil(String awaited) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(awaited, Math.max(0, read.length() - awaited.length())) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("ended before " + awaited + " came: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
