package io.clada.schemas.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The embedded registries behind {@code mock://scope} addresses: one per scope for the whole JVM,
 * which is what lets a producer and a consumer configured apart share schemas, and why this is the
 * one place with static state.
 */
public final class MockRegistries {
  private static final Map<String, InMemorySchemaRegistry> SCOPES = new ConcurrentHashMap<>();

  private MockRegistries() {}

  /** The scope's registry, made with the bundled schemas at first use. */
  public static InMemorySchemaRegistry forScope(String scope) {
    return SCOPES.computeIfAbsent(scope, name -> InMemorySchemaRegistry.withBundledSchemas());
  }

  /** Forgets the scope's registry; clients that have it keep it. */
  public static void drop(String scope) {
    SCOPES.remove(scope);
  }
}
