package io.clada.cli;

import java.util.Properties;

/** Settings of the production roles, completed by what the cluster allows. */
final class ServeSettings {
  private static final int WANTED_REPLICAS = 3;

  private ServeSettings() {}

  /**
   * Checks that the cluster answers and, on one of fewer than three brokers, keeps as many copies
   * as there are brokers, unless {@code clada.replication.factor} says otherwise.
   */
  static Properties resolve(KafkaOptions kafka, Console console) throws InterruptedException {
    Properties properties = kafka.resolve(console.env());
    int brokers = new Cluster(properties).brokers();
    if (!properties.containsKey("clada.replication.factor")) {
      properties.setProperty(
          "clada.replication.factor", String.valueOf(Math.min(WANTED_REPLICAS, brokers)));
      if (brokers < WANTED_REPLICAS) {
        console.note("Brokers: " + brokers + ", so clada.replication.factor is " + brokers);
      }
    }
    return properties;
  }
}
