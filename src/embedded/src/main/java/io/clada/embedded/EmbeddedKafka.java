package io.clada.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker and its KRaft controller in this JVM, reachable from this computer only
 * (127.0.0.1; no authentication, unless {@link Security} is asked for).
 *
 * <p>It exists once {@link #start} returns: an admin client has had its answer. Close it after its
 * clients; a shutdown hook that does so is the caller's business. Topics are not created
 * automatically. With a data folder everything acknowledged survives {@link #close} and a killed
 * process, but, like any Kafka broker, relies on the operating system to write it to disk, so a
 * power cut may lose the last seconds.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final int START_TIMEOUT_SECONDS = 60;

  private final BoundSockets sockets;
  private final DataFolder folder;
  private final CombinedNode node;
  private boolean closed;

  private EmbeddedKafka(BoundSockets sockets, DataFolder folder, CombinedNode node) {
    this.sockets = sockets;
    this.folder = folder;
    this.node = node;
  }

  /**
   * Where a broker listens and keeps its data.
   *
   * @param dataDir where the data is kept, created where missing, one broker at a time; null for a
   *     temporary folder that is deleted at close
   * @param port of the broker on 127.0.0.1, 0 for any free one
   * @param overrides Kafka broker settings that replace the embedded broker's; not those of
   *     listeners, node and folders
   * @param security null: whoever reaches it may do everything
   */
  public record Options(
      @Nullable Path dataDir,
      int port,
      Map<String, String> overrides,
      @Nullable Security security) {
    public Options {
      overrides = Map.copyOf(overrides);
    }

    public Options(@Nullable Path dataDir, int port, Map<String, String> overrides) {
      this(dataDir, port, overrides, null);
    }

    /** Any free port, nothing kept. */
    public static Options ephemeral() {
      return new Options(null, 0, Map.of());
    }

    /** Any free ports, nothing kept, nothing allowed that no ACL allows. */
    public static Options secured(Security security) {
      return new Options(null, 0, Map.of(), security);
    }
  }

  /**
   * Starts the broker and waits until it answers, about two seconds.
   *
   * @throws EmbeddedStartException the port or the folder is in use, a setting is invalid, or the
   *     broker does not come up; nothing is left running and no temporary folder left behind
   */
  public static EmbeddedKafka start(Options options) {
    return start(options, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static EmbeddedKafka start(Options options, Path temporaryRoot) {
    long begin = System.nanoTime();
    Security security = options.security();
    BoundSockets sockets =
        BoundSockets.bind(
            options.port(),
            security == null ? List.of() : List.of(Security.SSL, Security.SASL_SSL));
    DataFolder folder = null;
    CombinedNode node = null;
    try {
      folder = DataFolder.open(options.dataDir(), temporaryRoot);
      node =
          CombinedNode.start(
              BrokerSettings.of(sockets, folder.logs(), options.overrides(), security),
              sockets,
              security == null ? List.of() : List.of(security.scramArgument()));
      EmbeddedKafka kafka = new EmbeddedKafka(sockets, folder, node);
      kafka.awaitAnswer();
      LOG.info(
          "Kafka answers on {} after {} ms",
          kafka.bootstrapServers(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      return kafka;
    } catch (RuntimeException | Error e) {
      Optional.ofNullable(node).ifPresent(CombinedNode::close);
      sockets.close();
      Optional.ofNullable(folder).ifPresent(DataFolder::close);
      throw e;
    }
  }

  private void awaitAnswer() {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin.describeCluster().nodes().get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EmbeddedStartException(
          "the embedded Kafka broker started on "
              + bootstrapServers()
              + " but does not answer: "
              + e.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedStartException("interrupted while the embedded Kafka broker started", e);
    }
  }

  /** For {@code bootstrap.servers}: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return sockets.address(BoundSockets.BROKER);
  }

  /**
   * The same for a protocol.
   *
   * @throws IllegalArgumentException if the broker does not speak it: it is not secured
   */
  public String bootstrapServers(SecurityProtocol protocol) {
    return sockets.address(
        protocol == SecurityProtocol.PLAINTEXT ? BoundSockets.BROKER : protocol.name());
  }

  /**
   * Stops the broker, then deletes its folder where it is temporary. Closing again does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    node.close();
    sockets.close();
    folder.close();
  }
}
