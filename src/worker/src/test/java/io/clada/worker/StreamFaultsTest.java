package io.clada.worker;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** What a worker survives, and what it dies of. */
class StreamFaultsTest {
  private final ScriptedEngine engine = new ScriptedEngine();
  private final List<Throwable> deaths = new ArrayList<>();
  private final StreamFaults faults =
      new StreamFaults(new Engines(List.of(engine)), new SimpleMeterRegistry(), deaths::add);

  @Test
  void survivesABrokerThatIsAway() {
    assertThat(faults.handle(new StreamsException(new TimeoutException("away"))))
        .isEqualTo(REPLACE_THREAD);
    assertThat(deaths).isEmpty();
  }

  @Test
  void survivesATransactionThatTheBrokerAbortedDuringItsCommit() {
    assertThat(
            faults.handle(
                new StreamsException("commit", new InvalidTxnStateException("COMPLETE_ABORT"))))
        .isEqualTo(REPLACE_THREAD);
    assertThat(deaths).isEmpty();
  }

  @Test
  void diesOfWhatWillNotPass() {
    assertThat(faults.handle(new IllegalStateException("a bug"))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(deaths).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void diesOfADeadEngineWhateverElseIsWrong() {
    engine.die();
    assertThat(faults.handle(new StreamsException(new TimeoutException("away"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void namesTheStateFolderThatCannotBeWritten() {
    faults.handle(new ProcessorStateException("flush", new IOException("No space left")));
    assertThat(deaths).singleElement().asString().contains("state.dir", "No space left");
  }
}
