package io.clada.bench;

import io.clada.embedded.EmbeddedKafka;
import io.clada.engine.Engine;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/** A broker and a worker with the settings that are shipped, in this process. */
final class Stage implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);

  private final Path folder;
  private final EmbeddedKafka kafka;
  private final Worker worker;
  private final Properties properties = new Properties();
  private final Producer<String, GenerationRequest> producer;

  private Stage(Engine engine, Map<String, String> more) throws IOException {
    folder = Files.createTempDirectory("clada-bench");
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
    properties.setProperty("schema.registry.url", "mock://bench");
    properties.setProperty("state.dir", folder.toString());
    properties.putAll(more);
    worker = new Worker(WorkerConfig.of(properties), engine);
    worker.start();
    producer =
        new KafkaProducer<>(
            settings(),
            new StringSerializer(),
            new AvroSerdes(settings()).values(GenerationRequest.class).serializer());
  }

  /**
   * Returns when the worker serves its partitions.
   *
   * @param engine remains the caller's to close, after this
   * @param more settings of the worker
   */
  static Stage open(Engine engine, Map<String, String> more)
      throws IOException, InterruptedException {
    Stage stage = new Stage(engine, more);
    if (!stage.worker.awaitRunning(READY_WITHIN)) {
      stage.close();
      throw new IllegalStateException("the worker does not run within " + READY_WITHIN);
    }
    return stage;
  }

  /** Begins to read at the end of the tokens. */
  Listener listen(String isolation, Consumer<Listener.Arrival> each) {
    Map<String, Object> config = settings();
    config.put("isolation.level", isolation);
    return Listener.start(config, new Topics(Topics.DEFAULT_PREFIX).tokens(), each);
  }

  /** Does not wait for the broker. */
  void post(String id, GenerationRequest request) {
    var unused =
        producer.send(
            new ProducerRecord<>(new Topics(Topics.DEFAULT_PREFIX).requests(), id, request));
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.get(key)));
    return settings;
  }

  @Override
  public void close() throws IOException {
    producer.close();
    worker.close();
    kafka.close();
    Utils.delete(folder.toFile());
  }
}
