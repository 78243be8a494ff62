package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import io.clada.service.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which parts of a model's traffic have statistics of their own, beside the whole.
 *
 * @param byMode one row per mode
 * @param byTenant one row per tenant
 * @param maxTenants tenants of a model in one window that are kept apart; the others share one row,
 *     {@link Scope#OTHER_TENANTS}
 */
record Breakdown(boolean byMode, boolean byTenant, int maxTenants) {
  /**
   * @throws TopologyException naming the property that is wrong
   */
  static Breakdown of(Settings settings) {
    Set<String> parts = settings.words("clada.sparsity.by", Set.of("mode", "tenant"));
    return new Breakdown(
        parts.contains("mode"),
        parts.contains("tenant"),
        settings.wholeNumber("clada.sparsity.max.tenants", 100, 1, 10_000));
  }

  /** The whole and the parts that a record belongs to. */
  List<Scope> of(LoadTelemetry telemetry) {
    String model = telemetry.getModel();
    List<Scope> scopes = new ArrayList<>();
    scopes.add(Scope.all(model));
    if (byMode) {
      scopes.add(Scope.of(model, telemetry.getMode()));
    }
    String tenant = telemetry.getTenant();
    if (byTenant && tenant != null) {
      scopes.add(Scope.of(model, tenant));
    }
    return scopes;
  }
}
