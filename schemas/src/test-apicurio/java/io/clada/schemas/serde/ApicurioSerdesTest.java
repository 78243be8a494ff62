package io.clada.schemas.serde;

import io.clada.schemas.registry.ApicurioRegistry;
import io.clada.schemas.registry.SchemaRegistry;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The project's serializers with Apicurio Registry. */
class ApicurioSerdesTest extends EnforcingSerdesContract {
  private static ApicurioRegistry server;

  private SchemaRegistry client;

  @BeforeAll
  static void startServer() throws IOException {
    server = ApicurioRegistry.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected String registryUrl() {
    client = server.emptied();
    return server.url();
  }

  /** It remembers the ids of deleted schemas. */
  @Override
  protected int nextId() {
    return client.latest("contract-value").id();
  }
}
