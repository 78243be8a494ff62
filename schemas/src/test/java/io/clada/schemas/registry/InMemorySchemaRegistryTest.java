package io.clada.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class InMemorySchemaRegistryTest extends SchemaRegistryContract {

  @Override
  protected SchemaRegistry emptyRegistry() {
    return InMemorySchemaRegistry.empty();
  }

  @Test
  void bundledSchemasHaveTheSameIdsEverywhere() {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.withBundledSchemas();

    assertThat(registry.subjects())
        .extracting(subject -> subject + " " + registry.latest(subject).id())
        .containsExactlyInAnyOrder(
            "clada.requests-value 1",
            "clada.tokens-value 2",
            "clada.telemetry-value 3",
            "clada.neurons-value 4",
            "clada.sparsity-value 5",
            "clada.thresholds-value 6",
            "clada.backbone-value 7");
  }

  @Test
  void anotherTopicPrefixDoesNotChangeTheIds() {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.withBundledSchemas();

    assertThat(registry.register("other.tokens-value", TokenEvent.getClassSchema())).isEqualTo(2);
  }

  @Test
  void addressesOfOneMockScopeShareARegistry() {
    SchemaRegistry one = SchemaRegistries.connect(Map.of("schema.registry.url", "mock://shared"));
    SchemaRegistry two = SchemaRegistries.connect(Map.of("schema.registry.url", "mock://shared"));
    SchemaRegistry other = SchemaRegistries.connect(Map.of("schema.registry.url", "mock://other"));

    one.register("new-value", GenerationRequest.getClassSchema());

    assertThat(two.subjects()).contains("new-value");
    assertThat(other.subjects()).doesNotContain("new-value");
    MockRegistries.drop("shared");
    MockRegistries.drop("other");
  }

  @Test
  void threadsThatRegisterTheSameSchemaGetTheSameId() throws Exception {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.empty();
    List<Schema> schemas =
        IntStream.range(0, 50)
            .mapToObj(i -> SchemaBuilder.record("R" + i).fields().requiredInt("n").endRecord())
            .toList();
    Callable<List<Integer>> registerAll =
        () -> schemas.stream().map(s -> registry.register(s.getName(), s)).toList();

    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Integer>>> ids =
          pool.invokeAll(List.of(registerAll, registerAll, registerAll, registerAll));
      for (Future<List<Integer>> others : ids) {
        assertThat(others.get()).isEqualTo(ids.get(0).get()).doesNotHaveDuplicates();
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void whatIsNoSchemaIsRefusedAsInvalid() {
    assertThatThrownBy(() -> InMemorySchemaRegistry.parse("{\"type\":\"record\"}"))
        .isInstanceOfSatisfying(
            SchemaRegistryException.class, e -> assertThat(e.errorCode()).isEqualTo(42201));
  }

  @Test
  void anIncompatibilityNamesThePlace() {
    InMemorySchemaRegistry registry = InMemorySchemaRegistry.empty();
    registry.register("n", SchemaBuilder.record("N").fields().requiredInt("count").endRecord());

    Schema changed = SchemaBuilder.record("N").fields().requiredString("count").endRecord();

    assertThat(registry.incompatibilities("n", changed))
        .anyMatch(problem -> problem.contains("TYPE_MISMATCH at /fields/0/type"));
  }
}
