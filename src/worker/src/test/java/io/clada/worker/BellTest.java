package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BellTest {
  private final Bell bell = new Bell();
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void aRingEndsTheWait() {
    assertThat(bell.await(calls::incrementAndGet)).isTrue();

    bell.ring();

    assertThat(calls).hasValue(1);
  }

  /** An engine makes a token for each of its sequences. */
  @Test
  void manyRingsEndItOnce() {
    bell.await(calls::incrementAndGet);

    bell.ring();
    bell.ring();

    assertThat(calls).hasValue(1);
  }

  @Test
  void aRingBetweenTwoWaitsIsNotLost() {
    bell.ring();

    assertThat(bell.await(calls::incrementAndGet)).isFalse();
    bell.ring();
    assertThat(calls).hasValue(0);
  }

  @Test
  void aWaitThatIsOverIsNotEndedAnyMore() {
    bell.await(calls::incrementAndGet);
    bell.answer();

    bell.ring();

    assertThat(calls).hasValue(0);
  }

  @Test
  void whoeverHasSomethingToDoIsNotKeptWaiting() {
    AtomicBoolean more = new AtomicBoolean(true);
    bell.add(more::get);

    assertThat(bell.await(calls::incrementAndGet)).isFalse();

    more.set(false);
    assertThat(bell.await(calls::incrementAndGet)).isTrue();
  }
}
