package io.clada.worker;

import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests and cancellations (tombstones) of one partition and, while there is something
 * to wait for, a look at the engine's output whenever the stream thread has waited for requests.
 *
 * <p>Bytes are decoded here and not by the source, so that a record that cannot be read goes to the
 * dead letters and, where its key is a request id, is answered INVALID as well.
 */
final class RequestProcessor implements Processor<byte[], byte[], Object, Object> {
  /** Shorter than the thread ever waits. */
  private static final Duration EVERY_TURN = Duration.ofMillis(1);

  private final Dependencies deps;
  private final RequestDecoder decoder;
  private @Nullable ProcessorContext<Object, Object> context;
  private @Nullable RequestTask task;
  private @Nullable Cancellable punctuator;

  RequestProcessor(Dependencies deps, RequestDecoder decoder) {
    this.deps = deps;
    this.decoder = decoder;
  }

  /** Kafka Streams may call init and close several times. */
  @Override
  public void init(ProcessorContext<Object, Object> initialised) {
    context = initialised;
    RequestTask started = new RequestTask(deps, initialised, decoder);
    started.restore();
    task = started;
    punctuator = null;
    schedule(initialised, started);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorContext<Object, Object> current = Objects.requireNonNull(context);
    RequestTask taking = Objects.requireNonNull(task, "process before init");
    Origin origin =
        current
            .recordMetadata()
            .map(at -> new Origin(at.topic(), at.partition(), at.offset()))
            .orElseThrow();
    taking.take(
        new RequestRecord(
            record.key(), record.value(), record.headers(), record.timestamp(), origin),
        current.currentSystemTimeMs());
    schedule(current, taking);
  }

  private void punctuate(long nowMs) {
    RequestTask looking = Objects.requireNonNull(task, "punctuate before init");
    looking.look(nowMs);
    schedule(Objects.requireNonNull(context), looking);
  }

  @Override
  public void close() {
    if (punctuator != null) {
      punctuator.cancel();
      punctuator = null;
    }
    if (task != null) {
      task.close();
      task = null;
    }
  }

  /** The punctuator runs only while there is something to look at: each run costs a commit. */
  private void schedule(ProcessorContext<Object, Object> current, RequestTask busyOrIdle) {
    if (busyOrIdle.isIdle() && punctuator != null) {
      punctuator.cancel();
      punctuator = null;
    } else if (!busyOrIdle.isIdle() && punctuator == null) {
      punctuator = current.schedule(EVERY_TURN, PunctuationType.WALL_CLOCK_TIME, this::punctuate);
    }
  }
}
