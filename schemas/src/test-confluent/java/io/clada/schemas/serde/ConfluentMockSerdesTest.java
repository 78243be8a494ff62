package io.clada.schemas.serde;

import java.util.Map;
import java.util.UUID;

/** The contract against Confluent's own serializers and their own mock registry. */
class ConfluentMockSerdesTest extends SerdesContract {
  private final String scope = UUID.randomUUID().toString();

  @Override
  protected Map<String, String> classes() {
    return ConfluentClasses.NAMES;
  }

  @Override
  protected String registryUrl() {
    return "mock://" + scope;
  }
}
