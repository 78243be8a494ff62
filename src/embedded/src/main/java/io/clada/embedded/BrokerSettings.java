package io.clada.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Broker configuration for one developer's machine: quick to start, small, a single replica. */
final class BrokerSettings {
  static final int NODE_ID = 1;

  /** What the sockets and the folder already decided; an override would only contradict them. */
  private static final Set<String> FIXED =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "listeners",
          "advertised.listeners",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers",
          "inter.broker.listener.name",
          "log.dir",
          "log.dirs",
          "metadata.log.dir");

  private BrokerSettings() {}

  static Map<String, String> of(
      BoundSockets sockets, Path logs, Map<String, String> overrides, @Nullable Security security) {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE_ID));
    listeners(settings, sockets);
    settings.put("log.dirs", logs.toString());
    if (security != null) {
      settings.putAll(security.settings());
    }

    singleReplica(settings);
    small(settings);
    prompt(settings);

    for (Map.Entry<String, String> override : overrides.entrySet()) {
      if (FIXED.contains(override.getKey())) {
        throw new EmbeddedStartException(
            "broker setting '"
                + override.getKey()
                + "' cannot be overridden in the embedded broker; use its port and data folder"
                + " options",
            null);
      }
      settings.put(override.getKey(), override.getValue());
    }
    return settings;
  }

  private static void listeners(Map<String, String> settings, BoundSockets sockets) {
    boolean secured = sockets.has(Security.SSL);
    String controller = sockets.address(BoundSockets.CONTROLLER);
    List<String> clients = new ArrayList<>();
    for (String name : List.of(BoundSockets.BROKER, Security.SSL, Security.SASL_SSL)) {
      if (sockets.has(name)) {
        clients.add(name + "://" + sockets.address(name));
      }
    }
    String advertised = String.join(",", clients);
    settings.put("listeners", advertised + "," + BoundSockets.CONTROLLER + "://" + controller);
    settings.put("advertised.listeners", advertised);
    settings.put(
        "listener.security.protocol.map",
        "BROKER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,CONTROLLER:" + (secured ? "SSL" : "PLAINTEXT"));
    settings.put("inter.broker.listener.name", BoundSockets.BROKER);
    settings.put("controller.listener.names", BoundSockets.CONTROLLER);
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
  }

  private static void singleReplica(Map<String, String> settings) {
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("auto.create.topics.enable", "false");
  }

  private static void small(Map<String, String> settings) {
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("offsets.topic.segment.bytes", "4194304");
    settings.put("transaction.state.log.segment.bytes", "4194304");
    settings.put("log.segment.bytes", "67108864");
    // Allocated for every segment of every partition; 10 MiB by default.
    settings.put("log.index.size.max.bytes", "1048576");
    // Taken from the heap at start; 128 MiB by default.
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("metadata.log.segment.bytes", "16777216");
    // No JMX: two brokers in one JVM would register the same names.
    settings.put("metric.reporters", "");
  }

  /**
   * A developer restarts and kills things: nobody should wait for time-outs meant for a cluster.
   */
  private static void prompt(Map<String, String> settings) {
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("group.consumer.min.session.timeout.ms", "1000");
    settings.put("group.consumer.min.heartbeat.interval.ms", "200");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
  }
}
