package io.clada.service;

import org.jspecify.annotations.Nullable;

/** How a role is: what an orchestrator acts upon. Any thread may ask. */
public interface Health {
  /** Why it has to be started again; null: it lives. */
  @Nullable String whyDead();

  /** Why it does not do its work now; null: it does. */
  @Nullable String whyNotReady();
}
