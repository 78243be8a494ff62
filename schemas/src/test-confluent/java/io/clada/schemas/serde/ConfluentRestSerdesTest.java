package io.clada.schemas.serde;

import io.clada.schemas.registry.HttpRegistry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract against Confluent's own serializers over HTTP. */
class ConfluentRestSerdesTest extends EnforcingSerdesContract {
  private final HttpRegistry server = new HttpRegistry();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Override
  protected Map<String, String> classes() {
    return ConfluentClasses.NAMES;
  }

  @Override
  protected String registryUrl() {
    return server.url();
  }
}
