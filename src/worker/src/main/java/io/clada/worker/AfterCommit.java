package io.clada.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a task does once everything that it has written so far is durable. */
final class AfterCommit {
  private final Commits commits;
  private final Deque<Action> actions = new ArrayDeque<>();

  private record Action(String id, long writtenAt, Runnable run) {}

  AfterCommit(Commits commits) {
    this.commits = commits;
  }

  /**
   * @param id of the request that it is about
   */
  void add(String id, Runnable action) {
    actions.add(new Action(id, commits.count(), action));
  }

  /** Runs what has become possible, in order. */
  void run() {
    long count = commits.count();
    for (Action next = actions.peek();
        next != null && next.writtenAt() < count;
        next = actions.peek()) {
      actions.remove();
      next.run().run();
    }
  }

  /** Runs everything that is about a request now, durable or not. */
  void runAll(String id) {
    List<Action> due = actions.stream().filter(action -> action.id().equals(id)).toList();
    actions.removeAll(due);
    due.forEach(action -> action.run().run());
  }

  boolean isEmpty() {
    return actions.isEmpty();
  }
}
