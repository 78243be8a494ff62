package io.clada.schemas.topics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** One real broker and controller in this JVM. */
final class TestBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String address;

  TestBroker(Path folder) throws Exception {
    address = freeAddress();
    String controller = freeAddress();
    format(folder);
    server =
        new KafkaRaftServer(
            KafkaConfig.apply(
                Map.of(
                    "process.roles", "broker,controller",
                    "node.id", "1",
                    "listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller,
                    "controller.listener.names", "CONTROLLER",
                    "controller.quorum.voters", "1@" + controller,
                    "log.cleaner.dedupe.buffer.size", "4194304",
                    "log.dirs", folder.toString()),
                false),
            Time.SYSTEM);
    server.startup();
  }

  private static String freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static void format(Path folder) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName("CONTROLLER")
        .setDirectories(List.of(folder.toString()))
        .setMetadataLogDirectory(folder.toString());
    formatter.run();
  }

  String address() {
    return address;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
