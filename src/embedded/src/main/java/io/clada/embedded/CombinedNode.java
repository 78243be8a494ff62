package io.clada.embedded;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Kafka's broker and controller, put together as {@link KafkaRaftServer} does, except that the
 * sockets are bound already, a fault does not halt the JVM, and no JMX name is taken.
 */
final class CombinedNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CombinedNode.class);

  private final ControllerServer controller;
  private final BrokerServer broker;
  private final Metrics metrics;

  private CombinedNode(ControllerServer controller, BrokerServer broker, Metrics metrics) {
    this.controller = controller;
    this.broker = broker;
    this.metrics = metrics;
  }

  /**
   * @param users made when the folder is formatted, as Kafka's formatter takes them
   */
  static CombinedNode start(
      Map<String, String> settings, BoundSockets sockets, List<String> users) {
    KafkaConfig config = parse(settings);
    try {
      Path logs = Path.of(config.metadataLogDir());
      if (!Files.exists(logs.resolve("meta.properties"))) {
        format(logs, users);
      }
      CombinedNode node = assemble(config, sockets);
      try {
        node.controller.startup();
        node.broker.startup();
        return node;
      } catch (Exception e) {
        node.close();
        throw e;
      }
    } catch (Exception e) {
      throw new EmbeddedStartException(
          "the embedded Kafka broker cannot start: " + rootMessage(e), e);
    }
  }

  private static KafkaConfig parse(Map<String, String> settings) {
    try {
      return KafkaConfig.apply(settings, false);
    } catch (ConfigException | IllegalArgumentException e) {
      throw new EmbeddedStartException("broker settings: " + rootMessage(e), e);
    }
  }

  private static void format(Path logs, List<String> users) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .setNodeId(BrokerSettings.NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(BoundSockets.CONTROLLER)
        .setDirectories(List.of(logs.toString()))
        .setMetadataLogDirectory(logs.toString())
        .setScramArguments(users)
        .setIgnoreFormatted(true);
    formatter.run();
  }

  private static CombinedNode assemble(KafkaConfig config, BoundSockets sockets) {
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> formatted =
        KafkaRaftServer.initializeLogDirs(config, LOG, "");
    Map<Integer, InetSocketAddress> voters =
        QuorumConfig.parseVoterConnections(config.quorumConfig().voters());
    Metrics metrics = new Metrics();
    SharedServer shared =
        new SharedServer(
            config,
            formatted._1(),
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(voters),
            List.of(),
            new Faults(),
            sockets);
    return new CombinedNode(
        new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted._2()),
        new BrokerServer(shared),
        metrics);
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + String.valueOf(root.getMessage()).strip();
  }

  @Override
  public void close() {
    // The broker first: it leaves the cluster in order while the controller still answers.
    broker.shutdown();
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
    metrics.close();
  }
}
