package io.clada.schemas.serde;

import io.clada.schemas.registry.MockRegistries;
import org.junit.jupiter.api.AfterEach;

class MockSerdesTest extends EnforcingSerdesContract {
  private static final String SCOPE = "mock-serdes-test";

  @AfterEach
  void forgetRegistry() {
    MockRegistries.drop(SCOPE);
  }

  @Override
  protected String registryUrl() {
    return "mock://" + SCOPE;
  }

  /** After the seven bundled ones. */
  @Override
  protected int nextId() {
    return 8;
  }
}
