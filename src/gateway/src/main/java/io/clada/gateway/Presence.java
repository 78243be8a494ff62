package io.clada.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Whether a client still waits for its answer. While an HTTP/1.1 request whose body was read is
 * being answered, nobody else reads from its connection, so that an end of input shows here at
 * once, and nothing need be written to a client that may be gone. As proxies do, it takes a client
 * that closes its half of the connection to be gone.
 */
final class Presence {
  private final EndPoint connection;
  private final ByteBuffer buffer = BufferUtil.allocate(1);
  private boolean spoke;

  Presence(Request request) {
    connection = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /** Not after the answer is complete: then the next request is read by others. */
  boolean isGone() {
    if (spoke) {
      return !connection.isOpen();
    }
    try {
      int read = connection.fill(buffer);
      spoke = read > 0;
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Whether the client sent more before it was answered. What it sent is lost, so the connection
   * must not be used again.
   */
  boolean spoke() {
    return spoke;
  }

  void close() {
    connection.close();
  }
}
