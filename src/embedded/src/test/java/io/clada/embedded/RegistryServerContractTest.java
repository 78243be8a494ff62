package io.clada.embedded;

import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.SchemaRegistries;
import io.clada.schemas.registry.SchemaRegistry;
import io.clada.schemas.registry.SchemaRegistryContract;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The project's own client against this server. */
class RegistryServerContractTest extends SchemaRegistryContract {
  private final RegistryServer server = RegistryServer.serving(InMemorySchemaRegistry.empty());

  @Override
  protected SchemaRegistry emptyRegistry() {
    return SchemaRegistries.connect(Map.of("schema.registry.url", server.url()));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
