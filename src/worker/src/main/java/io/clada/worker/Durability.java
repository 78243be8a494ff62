package io.clada.worker;

/**
 * When a task may write down that something was forwarded.
 *
 * <p>With exactly-once at once: both are in one transaction. With at-least-once nothing binds the
 * two together, and a crash could leave the note without what it is about: a token that is recorded
 * but was never delivered would be a hole, and a request that is deleted but whose end was never
 * delivered would be waited for for ever. So the note is written once what it is about is on the
 * brokers. A crash, or a hand-over to another worker, in between makes the next owner generate and
 * deliver it again.
 */
final class Durability {
  private final boolean exactlyOnce;
  private final AfterCommit later;

  Durability(boolean exactlyOnce, Commits commits) {
    this.exactlyOnce = exactlyOnce;
    this.later = new AfterCommit(commits);
  }

  /**
   * @param id of the request that it is about
   */
  void write(String id, Runnable note) {
    if (exactlyOnce) {
      note.run();
    } else {
      later.add(id, note);
    }
  }

  /** Writes what has become possible. */
  void settle() {
    later.run();
  }

  /**
   * An id may come again while its last end is still to be noted. The note comes first then, though
   * a crash at this moment may lose that end.
   */
  void beforeNew(String id) {
    later.runAll(id);
  }

  boolean isSettled() {
    return later.isEmpty();
  }
}
