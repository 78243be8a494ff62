package io.clada.embedded;

import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.serde.SerdesContract;
import org.junit.jupiter.api.AfterEach;

/** The project's serializers against this server, with its bundled schemas in it. */
class RegistryServerSerdesTest extends SerdesContract {
  private final RegistryServer server = RegistryServer.start(0);

  @Override
  protected String registryUrl() {
    return server.url();
  }

  @Override
  protected int nextId() {
    return InMemorySchemaRegistry.withBundledSchemas().subjects().size() + 1;
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
