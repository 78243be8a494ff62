package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Priority;
import io.clada.worker.Ticket.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The queue of all tasks of a worker, before its engines. */
class SchedulerTest {
  private static final TenantTable EQUAL = new TenantTable(Map.of(), 1);
  private static final TenantTable NO_LIMIT = new TenantTable(Map.of(), Double.POSITIVE_INFINITY);

  private final ScriptedEngine engine = new ScriptedEngine("m", 2);
  private final Scheduler scheduler = new Scheduler(List.of(engine), EQUAL, NO_LIMIT);
  private final List<Ticket> begun = new ArrayList<>();

  @Test
  void handsTheEngineItsSlotsAndOneMore() {
    enter(9, Kind.NEW);
    scheduler.dispatch(0);

    assertThat(begun).hasSize(3);
    assertThat(scheduler.waiting()).isEqualTo(6);
    assertThat(scheduler.atEngines()).isEqualTo(3);
  }

  @Test
  void handsOverTheNextWhenOneLeaves() {
    enter(4, Kind.NEW);
    scheduler.dispatch(0);
    scheduler.leave(begun.get(1));
    scheduler.dispatch(0);

    assertThat(begun).extracting(Ticket::id).containsExactly("r0", "r1", "r2", "r3");
  }

  @Test
  void isSharedByAllTasks() {
    List<String> ofOneTask = new ArrayList<>();
    List<String> ofAnother = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      scheduler.enter(ticket("usual" + i, Kind.NEW, Priority.NORMAL, t -> ofOneTask.add(t.id())));
    }
    scheduler.enter(ticket("urgent", Kind.NEW, Priority.HIGH, t -> ofAnother.add(t.id())));
    scheduler.dispatch(0);

    assertThat(ofAnother).containsExactly("urgent");
    assertThat(ofOneTask).containsExactly("usual0", "usual1");
  }

  @Test
  void hasOneLastAttemptAtTheEngineAtATime() {
    enter(2, Kind.LAST_ATTEMPT);
    scheduler.dispatch(0);
    assertThat(begun).extracting(Ticket::id).containsExactly("r0");

    scheduler.leave(begun.get(0));
    scheduler.dispatch(0);
    assertThat(begun).extracting(Ticket::id).containsExactly("r0", "r1");
  }

  @Test
  void keepsATenantWaitingWhoseBudgetIsUsedUp() {
    Scheduler limited = new Scheduler(List.of(engine), EQUAL, new TenantTable(Map.of(), 60));
    Ticket first = ticket("a", Kind.NEW, Priority.NORMAL, begun::add);
    limited.enter(first);
    limited.enter(ticket("b", Kind.NEW, Priority.NORMAL, begun::add));
    limited.charge(first, 70, 0);
    limited.dispatch(0);
    assertThat(begun).isEmpty();

    limited.dispatch(10_500); // 10 of debt, and a prompt of 10
    assertThat(begun).hasSize(1);
    limited.dispatch(11_000);
    assertThat(begun).hasSize(1);
    limited.dispatch(21_000);
    assertThat(begun).hasSize(2);
  }

  @Test
  void tellsWhenWhatIsHereWillHaveBeenAnswered() {
    enter(10, Kind.NEW);
    assertThat(scheduler.retryAfterSeconds(0)).as("nothing measured yet").isNull();

    for (int i = 0; i <= 4; i++) {
      scheduler.answered(i * 500L);
    }
    assertThat(scheduler.retryAfterSeconds(2000)).isEqualTo(5);
    assertThat(scheduler.retryAfterSeconds(4000)).as("nothing has ended since").isEqualTo(10);
  }

  @Test
  void forgetsWhoLeavesWhileWaiting() {
    Ticket gone = ticket("gone", Kind.NEW, Priority.NORMAL, begun::add);
    scheduler.enter(gone);
    scheduler.leave(gone);
    scheduler.dispatch(0);

    assertThat(begun).isEmpty();
    assertThat(scheduler.waiting() + scheduler.atEngines()).isZero();
  }

  private void enter(int count, Kind kind) {
    for (int i = 0; i < count; i++) {
      scheduler.enter(ticket("r" + i, kind, Priority.NORMAL, begun::add));
    }
  }

  private static Ticket ticket(
      String id, Kind kind, Priority priority, java.util.function.Consumer<Ticket> onTurn) {
    return new Ticket(id, "m", priority, "", 10, kind, onTurn);
  }
}
