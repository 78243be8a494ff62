package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Priority;
import io.clada.worker.Ticket.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who is next at the engine. */
class FairQueueTest {
  private static final TenantTable EQUAL = new TenantTable(Map.of(), 1);
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final FairQueue queue = new FairQueue(EQUAL);

  @Test
  void letsALateRequestOfHighPriorityPassThoseThatWait() {
    queue.add(ticket("batch", Priority.LOW, "t", 1));
    queue.add(ticket("usual", Priority.NORMAL, "t", 1));
    queue.add(ticket("urgent", Priority.HIGH, "t", 1));

    assertThat(ids(3)).containsExactly("urgent", "usual", "batch");
  }

  @Test
  void keepsTheOrderOfOneTenantsRequests() {
    for (String id : List.of("c", "a", "b")) {
      queue.add(ticket(id, Priority.NORMAL, "t", 5));
    }

    assertThat(ids(3)).containsExactly("c", "a", "b");
  }

  @Test
  void givesALowerClassOneTurnInEight() {
    for (int i = 0; i < 30; i++) {
      queue.add(ticket("h" + i, Priority.HIGH, "t", 1));
      queue.add(ticket("l" + i, Priority.LOW, "t", 1));
    }

    assertThat(ids(16).stream().filter(id -> id.startsWith("l"))).containsExactly("l0", "l1");
  }

  @Test
  void goesOnWithWhatWasBegunBeforeAnythingNew() {
    queue.add(ticket("urgent", Priority.HIGH, "t", 1));
    queue.add(new Ticket("begun", "m", Priority.LOW, "t", 1, Kind.RESUMED, turn -> {}));

    assertThat(ids(2)).containsExactly("begun", "urgent");
  }

  @Test
  void holdsLastAttemptsBackWhileOneIsAtTheEngine() {
    queue.add(new Ticket("suspect", "m", Priority.HIGH, "t", 1, Kind.LAST_ATTEMPT, turn -> {}));
    queue.add(ticket("new", Priority.LOW, "t", 1));

    assertThat(queue.poll(false, tenant -> true).id()).isEqualTo("new");
    assertThat(queue.poll(false, tenant -> true)).isNull();
    assertThat(queue.poll(true, tenant -> true).id()).isEqualTo("suspect");
  }

  @Test
  void servesATenantWithShortRequestsMoreOfThem() {
    for (int i = 0; i < 40; i++) {
      queue.add(ticket("long" + i, Priority.NORMAL, "a", 100));
      queue.add(ticket("short" + i, Priority.NORMAL, "b", 25));
    }

    List<String> begun = ids(25);
    assertThat(begun.stream().filter(id -> id.startsWith("long"))).hasSize(5);
  }

  @Test
  void countsGeneratedTokensToo() {
    Ticket chatty = ticket("a0", Priority.NORMAL, "a", 1);
    queue.add(chatty);
    queue.add(ticket("a1", Priority.NORMAL, "a", 1));
    for (int i = 0; i < 5; i++) {
      queue.add(ticket("b" + i, Priority.NORMAL, "b", 1));
    }
    queue.poll(true, tenant -> true);
    queue.charge(chatty, 3);

    assertThat(ids(6)).containsExactly("b0", "b1", "b2", "b3", "a1", "b4");
  }

  @Test
  void givesNoCreditForAPause() {
    for (int i = 0; i < 100; i++) {
      queue.add(ticket("a" + i, Priority.NORMAL, "a", 10));
    }
    ids(50);
    for (int i = 0; i < 50; i++) {
      queue.add(ticket("b" + i, Priority.NORMAL, "b", 10));
    }

    assertThat(ids(20).stream().filter(id -> id.startsWith("b"))).hasSize(10);
  }

  @Test
  void passesTenantsThatMayNotBegin() {
    queue.add(ticket("a", Priority.HIGH, "spent", 1));
    queue.add(ticket("b", Priority.LOW, "other", 1));

    assertThat(queue.poll(true, tenant -> tenant.equals("other")).id()).isEqualTo("b");
    assertThat(queue.poll(true, tenant -> tenant.equals("other"))).isNull();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void forgetsWhatIsRemoved() {
    Ticket gone = ticket("gone", Priority.HIGH, "t", 1);
    queue.add(gone);
    queue.add(ticket("stays", Priority.HIGH, "t", 1));
    queue.remove(gone);
    queue.remove(gone);

    assertThat(queue.size()).isEqualTo(1);
    assertThat(ids(1)).containsExactly("stays");
  }

  @Test
  void keepsNothingOfTenantsThatAreGone() {
    TenantShares shares = new TenantShares(EQUAL);
    for (int i = 0; i < 5000; i++) {
      Ticket ticket = ticket("r" + i, Priority.NORMAL, "tenant" + i, 1);
      shares.add(ticket);
      shares.poll(tenant -> true);
      shares.left(ticket);
    }

    assertThat(shares.remembered()).isLessThan(1100);
  }

  /**
   * Two tenants, weights 3 and 1, always something waiting, an engine of several slots and answers
   * of random length: service per weight stays together.
   */
  @Property(tries = 100)
  void sharesTokensByWeight(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int slots) {
    Map<String, Double> weights = Map.of("a", 3.0, "b", 1.0);
    FairQueue fair = new FairQueue(new TenantTable(weights, 1));
    Random random = new Random(seed);
    Map<String, Integer> served = new HashMap<>(Map.of("a", 0, "b", 0));
    Map<Ticket, Integer> running = new HashMap<>();
    for (String tenant : List.of("a", "a", "b", "b")) {
      fair.add(random(tenant, random));
    }
    for (int step = 0; step < 5000; step++) {
      while (running.size() < slots) {
        Ticket next = fair.poll(true, tenant -> true);
        fair.add(random(next.tenant(), random));
        served.merge(next.tenant(), next.promptTokens(), Integer::sum);
        running.put(next, 1 + random.nextInt(40));
      }
      for (Ticket ticket : List.copyOf(running.keySet())) {
        fair.charge(ticket, 1);
        served.merge(ticket.tenant(), 1, Integer::sum);
        if (running.merge(ticket, -1, Integer::sum) == 0) {
          running.remove(ticket);
          fair.left(ticket);
        }
      }
      double apart = Math.abs(served.get("a") / 3.0 - served.get("b") / 1.0);
      assertThat(apart).isLessThanOrEqualTo(50 + slots * 40);
    }
  }

  /** Whatever comes and goes, a class that waits is begun after at most so many others. */
  @Property(tries = 200)
  void starvesNoClass(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Priority, Integer> inARow = new HashMap<>();
    Map<Priority, Integer> waiting = new HashMap<>();
    for (int step = 0; step < 400; step++) {
      if (random.nextInt(3) > 0) {
        Priority priority = PRIORITIES.get(random.nextInt(3));
        queue.add(ticket("r" + step, priority, "t" + random.nextInt(3), random.nextInt(50)));
        waiting.merge(priority, 1, Integer::sum);
      }
      Ticket begun = random.nextInt(3) > 0 ? queue.poll(true, tenant -> true) : null;
      if (begun != null) {
        waiting.merge(begun.priority(), -1, Integer::sum);
        for (Priority priority : Priority.values()) {
          boolean passed = priority != begun.priority() && waiting.getOrDefault(priority, 0) > 0;
          inARow.put(priority, passed ? inARow.getOrDefault(priority, 0) + 1 : 0);
        }
        // A class waits for its own turn, and at most once for each lower one's.
        assertThat(inARow.get(Priority.LOW)).isLessThanOrEqualTo(FairQueue.PASSES);
        assertThat(inARow.get(Priority.NORMAL)).isLessThanOrEqualTo(FairQueue.PASSES + 2);
      }
    }
  }

  private static Ticket random(String tenant, Random random) {
    return ticket("r", Priority.NORMAL, tenant, 1 + random.nextInt(50));
  }

  private static Ticket ticket(String id, Priority priority, String tenant, int promptTokens) {
    return new Ticket(id, "m", priority, tenant, promptTokens, Kind.NEW, turn -> {});
  }

  private List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Ticket ticket = queue.poll(true, tenant -> true);
      ids.add(ticket.id());
      queue.left(ticket);
    }
    return ids;
  }
}
