package io.clada.worker;

import io.clada.schemas.GenerationRequest;
import java.util.Objects;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Takes the requests and cancellations (tombstones) of one partition, and a look at the engine's
 * output every few milliseconds while there is something to wait for. Never waits for the model.
 *
 * <p>Bytes are decoded here and not by the source, so that a record that cannot be read goes to the
 * dead letters and, where its key is a request id, is answered INVALID as well.
 */
final class RequestProcessor implements Processor<byte[], byte[], Object, Object> {
  private final Dependencies deps;
  private final Deserializer<GenerationRequest> deserializer;
  private final String topic;
  private @Nullable Task task;

  /**
   * @param topic that requests come from
   */
  RequestProcessor(Dependencies deps, Deserializer<GenerationRequest> deserializer, String topic) {
    this.deps = deps;
    this.deserializer = deserializer;
    this.topic = topic;
  }

  /** What exists from init to close, which Kafka Streams may call several times. */
  private record Task(
      ProcessorContext<Object, Object> context,
      Generations generations,
      Intake intake,
      Drain drain,
      Outputs outputs) {}

  private @Nullable Cancellable punctuator;

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    EngineOutput output = new EngineOutput();
    ProgressStore progress = new ProgressStore(context.getStateStore(ProgressStore.NAME));
    RequestStore requests = new RequestStore(context.getStateStore(RequestStore.NAME));
    Generations generations =
        new Generations(deps.engine(), requests, progress, output, deps.epochs(), deps.metrics());
    Outputs outputs = new Outputs(context, deps.metrics(), deps.traces());
    Drain drain =
        new Drain(
            output, generations, progress, deps.engine().modelName(), outputs, deps.metrics());
    Intake intake = new Intake(deps, generations, drain, outputs);
    Task started = new Task(context, generations, intake, drain, outputs);
    task = started;
    punctuator = null;
    generations.restore(context.currentSystemTimeMs());
    schedule(started);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Task current = ready(Objects.requireNonNull(task, "process before init"));
    try {
      take(current, record);
    } catch (SerializationException e) {
      current.outputs().deadLetter(record, e);
    } finally {
      MDC.remove(LoggedRequest.ID);
    }
    schedule(current);
  }

  private void punctuate(long nowMs) {
    Task current = ready(Objects.requireNonNull(task, "punctuate before init"));
    current.drain().run(nowMs);
    schedule(current);
  }

  @Override
  public void close() {
    if (punctuator != null) {
      punctuator.cancel();
      punctuator = null;
    }
    if (task != null) {
      task.generations().close();
      task = null;
    }
  }

  /** A dead engine must take the process down before another request is taken from the topic. */
  private Task ready(Task current) {
    if (!deps.engine().isAlive()) {
      throw new WorkerException("the engine has died: see the log above; start the worker again");
    }
    current.intake().resume(current.context().currentSystemTimeMs());
    return current;
  }

  private void take(Task current, Record<byte[], byte[]> record) {
    String id = RequestId.parse(record.key());
    MDC.put(LoggedRequest.ID, id);
    long nowMs = current.context().currentSystemTimeMs();
    if (record.value() == null) {
      current.intake().cancel(id, nowMs);
      return;
    }
    Header header = record.headers().lastHeader(Outputs.TRACEPARENT);
    byte[] traceparent = header == null ? null : header.value();
    try {
      current.intake().request(id, decode(record), traceparent, nowMs);
    } catch (SerializationException e) {
      current.intake().unreadable(id, "value: cannot be decoded: " + e.getMessage(), traceparent);
      throw e;
    }
  }

  private GenerationRequest decode(Record<byte[], byte[]> record) {
    try {
      return deserializer.deserialize(topic, record.headers(), record.value());
    } catch (SerializationException e) {
      if (e.getCause() instanceof RetriableException unavailable) {
        throw unavailable; // the registry's fault, not the record's
      }
      throw e;
    }
  }

  /** The punctuator runs only while there is something to drain: each run costs a commit. */
  private void schedule(Task current) {
    boolean needed = current.generations().size() > 0;
    if (needed && punctuator == null) {
      punctuator =
          current
              .context()
              .schedule(deps.drainInterval(), PunctuationType.WALL_CLOCK_TIME, this::punctuate);
    } else if (!needed && punctuator != null) {
      punctuator.cancel();
      punctuator = null;
    }
  }
}
