package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clada.schemas.Mode;
import io.clada.schemas.SparsityStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Statistics per mode and per tenant, where they are asked for. */
class StatisticsBreakdownTest extends AggregationTopologyHarness {
  @Override
  Map<String, String> settings() {
    return Map.of("clada.sparsity.by", "mode, tenant", "clada.sparsity.max.tenants", "2");
  }

  @Test
  void eachModeAndTenantHasItsRowBesideTheWhole() {
    send(Telemetry.constant(10, 0.5f, t -> t.setMode(Mode.EXACT).setTenant("acme")));
    send(Telemetry.constant(20, 0.5f, t -> t.setMode(Mode.CLADA).setTenant("zenith")));
    send(Telemetry.constant(40, 0.5f, t -> t.setMode(Mode.CLADA)));
    pass(91);

    assertThat(minutes())
        .extracting(SparsityStats::getMode, SparsityStats::getTenant, SparsityStats::getTokens)
        .containsExactlyInAnyOrder(
            tuple(null, null, 70L),
            tuple(Mode.EXACT, null, 10L),
            tuple(Mode.CLADA, null, 60L),
            tuple(null, "acme", 10L),
            tuple(null, "zenith", 20L));
  }

  @Test
  void tenantsBeyondTheLimitShareOneRow() {
    for (String tenant : List.of("a", "b", "c", "d", "a")) {
      send(Telemetry.constant(10, 0.5f, t -> t.setTenant(tenant)));
    }
    pass(5);
    send(Telemetry.constant(10, 0.5f, t -> t.setTenant("d")));
    pass(86);

    assertThat(minutes())
        .filteredOn(row -> row.getTenant() != null)
        .extracting(SparsityStats::getTenant, SparsityStats::getTokens)
        .containsExactlyInAnyOrder(tuple("a", 20L), tuple("b", 10L), tuple("*", 30L));
  }

  @Test
  void aLateRecordIsCountedOnce() {
    send(Telemetry.constant(10, 0.5f, t -> t.setTenant("a")));
    pass(120);
    telemetry.pipeInput(
        "request", Telemetry.constant(3, 0.5f, t -> t.setTenant("a")), START.plusSeconds(10));
    send(Telemetry.constant(7, 0.5f, t -> t.setTenant("a")));
    pass(120);

    assertThat(minutes())
        .filteredOn(row -> row.getTokens() == 7)
        .hasSize(3)
        .allSatisfy(row -> assertThat(row.getLateRecords()).isEqualTo(1));
  }

  private List<SparsityStats> minutes() {
    return sparsity.readValuesToList().stream()
        .filter(
            row ->
                Duration.between(row.getWindowStart(), row.getWindowEnd())
                    .equals(Duration.ofMinutes(1)))
        .toList();
  }
}
