package io.clada.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What befalls a fleet, and when: the same for the same seed and length. A worker is left alone
 * until it has come back from the fault before; the broker as well.
 *
 * @param faults by time
 */
record ChaosPlan(List<Fault> faults) {
  /** Of which the last is not there at first: its coming and going are rebalances. */
  static final int WORKERS = 3;

  /** How long a process may need before it does something that is worth disturbing. */
  private static final Duration STARTING = Duration.ofSeconds(8);

  /** What can happen. */
  enum Kind {
    /** SIGKILL, and a new process on the same state folder. */
    KILL,
    /** SIGTERM, and a new process on the same state folder. */
    STOP,
    /** SIGSTOP and SIGCONT, at times longer than the group waits for a member. */
    PAUSE,
    /** A worker more, until it is told to stop. */
    JOIN,
    /** SIGKILL of the broker, with its registry and the topology, and a new one. */
    BROKER
  }

  /**
   * One of them.
   *
   * @param at since the beginning
   * @param worker 0 to 2; the broker has none
   * @param lasting until the process is started or continued, or stopped if it joined
   */
  record Fault(Duration at, Kind kind, int worker, Duration lasting) {
    /** Number of the worker; after all of them comes the broker. */
    int victim() {
      return kind == Kind.BROKER ? WORKERS : worker;
    }

    Duration end() {
      return at.plus(lasting);
    }

    @Override
    public String toString() {
      return "%5.1f s %-6s %s for %.1f s"
          .formatted(
              at.toMillis() / 1e3,
              kind,
              kind == Kind.BROKER ? "" : "worker " + worker,
              lasting.toMillis() / 1e3);
    }
  }

  static ChaosPlan of(long seed, Duration length) {
    Random random = new Random(seed);
    List<Fault> faults = new ArrayList<>();
    Duration[] free = new Duration[WORKERS + 1]; // the broker's place is the last
    Arrays.fill(free, Duration.ZERO);
    Duration at = millis(random, 1_000, 4_000);
    while (at.compareTo(length) < 0) {
      Kind kind = kind(random.nextInt(20));
      int worker = kind == Kind.JOIN ? WORKERS - 1 : random.nextInt(WORKERS - 1);
      Fault fault = new Fault(at, kind, worker, lasting(random, kind));
      if (free[fault.victim()].compareTo(at) <= 0) {
        free[fault.victim()] = fault.end().plus(STARTING);
        faults.add(fault);
      }
      at = at.plus(millis(random, 2_000, 7_000));
    }
    faults.sort(Comparator.comparing(Fault::at));
    return new ChaosPlan(List.copyOf(faults));
  }

  private static Kind kind(int die) {
    if (die < 7) {
      return Kind.KILL;
    }
    if (die < 11) {
      return Kind.PAUSE;
    }
    if (die < 14) {
      return Kind.STOP;
    }
    return die < 17 ? Kind.JOIN : Kind.BROKER;
  }

  private static Duration lasting(Random random, Kind kind) {
    return switch (kind) {
      case KILL, STOP -> millis(random, 0, 4_000);
      case PAUSE -> random.nextInt(4) == 0 ? Duration.ofSeconds(30) : millis(random, 500, 12_000);
      case JOIN -> millis(random, 10_000, 25_000);
      case BROKER -> millis(random, 0, 3_000);
    };
  }

  private static Duration millis(Random random, int least, int most) {
    return Duration.ofMillis(least + random.nextInt(most - least));
  }
}
