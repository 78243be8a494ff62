package io.clada.worker;

/** The workers that share the requests, told apart by name; a restart has a name of its own. */
interface Fleet {
  /** This worker. */
  String self();

  /**
   * Whether a worker is known to be no longer one of the fleet. False where that cannot be told: it
   * must not be blamed then.
   */
  boolean hasLost(String worker);
}
