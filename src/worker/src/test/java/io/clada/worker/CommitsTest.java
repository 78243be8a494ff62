package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void aThreadThatIsAskedNothingNeedNotCommit() {
    Commits commits = new Commits(Duration.ZERO);

    assertThat(commits.left()).isGreaterThan(LONG);
  }

  @Test
  void whatIsAskedForIsDueAnIntervalAfterTheLastCommit() {
    Commits commits = new Commits(LONG);
    Commits eager = new Commits(Duration.ZERO);

    commits.ask();
    eager.ask();

    assertThat(commits.left()).isBetween(LONG.dividedBy(2), LONG);
    assertThat(eager.left()).isZero();
  }

  @Test
  void aCommitIsCountedAndSettlesWhatWasAsked() {
    Commits commits = new Commits(Duration.ZERO);
    commits.ask();

    commits.committed();

    assertThat(commits.count()).isEqualTo(1);
    assertThat(commits.left()).isGreaterThan(LONG);
  }

  @Test
  void threadsDoNotHearOfEachOther() throws InterruptedException {
    Commits commits = new Commits(Duration.ZERO);
    Thread other = new Thread(commits::committed);
    other.start();
    other.join();

    assertThat(commits.count()).isZero();
  }
}
