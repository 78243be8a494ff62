package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What waits for a reader is bounded. */
final class MailboxTest {
  private final AtomicInteger room = new AtomicInteger();
  private final Mailbox mailbox = new Mailbox(4, room::incrementAndGet);

  @Test
  void onceItHasRefusedItIsFullUntilHalfOfItIsRead() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      assertThat(offer(i)).isTrue();
    }
    assertThat(offer(4)).isFalse();

    mailbox.poll(0);
    assertThat(offer(4)).isFalse();
    assertThat(room).hasValue(0);
    mailbox.poll(0);
    assertThat(room).hasValue(1);
    assertThat(offer(4)).isTrue();
    assertThat(mailbox.poll(0).event().getTokenIndex()).isEqualTo(2);
  }

  @Test
  void whatComesForNobodyIsTaken() {
    for (int i = 0; i < 4; i++) {
      offer(i);
    }

    mailbox.close();

    assertThat(offer(4)).isTrue();
  }

  private boolean offer(int index) {
    return mailbox.offer(new Arrival(Fleet.event("t", index, 0, false), 0, index));
  }
}
