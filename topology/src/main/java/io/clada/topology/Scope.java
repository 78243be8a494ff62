package io.clada.topology;

import io.clada.schemas.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a model's traffic a summary is of: all of it, that of a mode, or that of a tenant.
 *
 * @param mode null: every mode
 * @param tenant null: every tenant, and requests without one
 */
record Scope(String model, @Nullable Mode mode, @Nullable String tenant) {
  /** Stands for the tenants beyond those that are kept apart. */
  static final String OTHER_TENANTS = "*";

  static Scope all(String model) {
    return new Scope(model, null, null);
  }

  static Scope of(String model, Mode mode) {
    return new Scope(model, mode, null);
  }

  static Scope of(String model, String tenant) {
    return new Scope(model, null, tenant);
  }

  boolean isAll() {
    return mode == null && tenant == null;
  }
}
