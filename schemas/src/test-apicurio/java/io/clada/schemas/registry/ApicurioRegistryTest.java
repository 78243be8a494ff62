package io.clada.schemas.registry;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The project's own client against Apicurio Registry. */
class ApicurioRegistryTest extends SchemaRegistryContract {
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
  protected SchemaRegistry emptyRegistry() {
    client = server.emptied();
    // A level that was set before a subject's first version is not deleted with the subject.
    client.setCompatibility("greetings-value", CompatibilityLevel.FULL_TRANSITIVE);
    return client;
  }

  /** It remembers the ids of deleted schemas. */
  @Override
  protected int firstId() {
    return client.latest("greetings-value").id();
  }
}
