package io.clada.gateway;

import io.clada.embedded.EmbeddedKafka;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker, a {@link ScriptedFleet} and gateways in front of it, for the tests of a class. */
final class ScriptedGateway implements BeforeAllCallback, AfterAllCallback {
  private final int partitions;
  private final List<GatewayServer> servers = new ArrayList<>();
  private EmbeddedKafka kafka;
  private ScriptedFleet fleet;

  ScriptedGateway() {
    this(3);
  }

  ScriptedGateway(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    fleet = new ScriptedFleet(kafka, partitions);
    start(GatewaySettings.loopback(0).withModels(List.of("scripted")));
  }

  /** Another one in front of the same fleet. */
  GatewayServer start(GatewaySettings settings) {
    GatewayServer server = new GatewayServer(settings, fleet.properties());
    servers.add(server);
    server.start();
    return server;
  }

  /** One that limits clients otherwise. */
  GatewayServer start(GatewayLimits limits) {
    return start(new GatewaySettings("127.0.0.1", 0, null, false, List.of(), null, limits));
  }

  GatewayServer server() {
    return servers.get(0);
  }

  ScriptedFleet fleet() {
    return fleet;
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    servers.forEach(GatewayServer::close);
    fleet.close();
    kafka.close();
  }
}
