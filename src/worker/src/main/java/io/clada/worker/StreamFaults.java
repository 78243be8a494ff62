package io.clada.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do about an exception that Kafka Streams did not get over by itself: a new thread where
 * the same may work later (broker or registry away, a transaction that the broker has aborted since
 * it took too long), else the end of the worker. The group waits for the old thread's session to
 * expire before the new one gets its partitions, which is the pause between two tries.
 */
final class StreamFaults implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(StreamFaults.class);

  private final Engines engines;
  private final Consumer<Throwable> deadly;
  private final Counter replaced;

  /**
   * @param deadly is told what the worker dies of
   */
  StreamFaults(Engines engines, MeterRegistry registry, Consumer<Throwable> deadly) {
    this.engines = engines;
    this.deadly = deadly;
    replaced =
        Counter.builder("clada.stream.threads.replaced")
            .description("Stream threads that died of something that may pass, and were replaced")
            .register(registry);
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    if (engines.areAlive() && isRetriable(thrown)) {
      LOG.warn("A stream thread is replaced", thrown);
      replaced.increment();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    deadly.accept(isOfState(thrown) ? unwritable(thrown) : thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean isOfState(Throwable thrown) {
    return thrown instanceof ProcessorStateException
        || thrown.getCause() instanceof ProcessorStateException;
  }

  private static WorkerException unwritable(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new WorkerException(
        "state.dir: the state cannot be written ("
            + root.getMessage()
            + "): make room on that disk, or name another folder, and start the worker again;"
            + " others go on with its requests meanwhile",
        thrown);
  }

  /**
   * On a computer that is too busy the broker's time-out may come between a commit and its end.
   * Nothing of such a transaction is visible, and a new thread begins behind the last one that is;
   * Kafka Streams gets over most of its faults by itself, but not over these.
   */
  private static boolean isLostTransaction(Throwable cause) {
    return cause instanceof InvalidTxnStateException
        || cause instanceof TransactionAbortableException
        || cause instanceof InvalidPidMappingException
        || cause instanceof OutOfOrderSequenceException;
  }

  private static boolean isRetriable(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException || isLostTransaction(cause)) {
        return true;
      }
    }
    return false;
  }
}
