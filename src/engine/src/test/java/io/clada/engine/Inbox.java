package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listener that keeps what it is told. */
final class Inbox implements Consumer<GeneratedToken> {
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final CountDownLatch finished = new CountDownLatch(1);

  @Override
  public synchronized void accept(GeneratedToken token) {
    tokens.add(token);
    if (token.finish() != null) {
      finished.countDown();
    }
  }

  synchronized List<GeneratedToken> tokens() {
    return List.copyOf(tokens);
  }

  List<GeneratedToken> untilFinished() {
    try {
      assertThat(finished.await(60, TimeUnit.SECONDS)).as("the last token came").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return tokens();
  }
}
