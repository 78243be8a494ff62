package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Backbone;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.Thresholds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology's topics deleted by mistake, or its own: stop it, start it again. */
class LostTopicTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String VERSION = "clada.thresholds.version";

  @TempDir Path folder;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private EmbeddedKafka kafka;
  private Fleet fleet;

  @BeforeEach
  void open() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    fleet = new Fleet(kafka.bootstrapServers(), "lost", folder);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void whatTheFleetHasLearnedOutlivesItsTopicsAndThenTheStateOfTheTopology() throws Exception {
    Thresholds learned;
    try (AggregationApp app = start()) {
      send(0.8f);
      await().atMost(PATIENCE).until(this::isPublished);
      learned = newest();
    }
    Backbone backbone = fleet.read(fleet.topics().backbone(), Backbone.class).get(0);
    assertThat(meters.find(VERSION).gauge()).as("another instance may show it").isNull();
    List<String> all =
        List.of(
            fleet.topics().telemetry(),
            fleet.topics().neurons(),
            fleet.topics().sparsity(),
            fleet.topics().thresholds(),
            fleet.topics().backbone());
    delete(all::contains);

    try (AggregationApp app = start()) {
      await().atMost(PATIENCE).until(this::isPublished);
      assertThat(newest()).isEqualTo(learned);
      assertThat(meters.get(VERSION).gauge().value()).isEqualTo((double) learned.getVersion());
      assertThat(fleet.read(fleet.topics().backbone(), Backbone.class)).contains(backbone);
    }
    delete(topic -> topic.endsWith("-changelog"));
    Utils.delete(folder.toFile());

    try (AggregationApp app = start()) {
      send(0.95f);
      await().atMost(PATIENCE).until(() -> newest().getSurprisal() == 0.95f);
      assertThat(newest().getVersion()).isEqualTo(learned.getVersion() + 1);
      assertThat(newest().getHistory()).hasSize(learned.getHistory().size() + 1);
    }
  }

  private void delete(Predicate<String> which) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      List<String> topics = admin.listTopics().names().get().stream().filter(which).toList();
      assertThat(topics).hasSizeGreaterThan(4);
      admin.deleteTopics(topics).all().get();
      await()
          .atMost(PATIENCE)
          .until(() -> Collections.disjoint(admin.listTopics().names().get(), topics));
    }
  }

  private AggregationApp start() throws Exception {
    Properties settings = fleet.settings();
    settings.put("clada.backbone.min.requests", "1");
    settings.put("clada.backbone.interval.ms", "500");
    settings.put("clada.thresholds.interval.ms", "500");
    AggregationApp app = new AggregationApp(TopologyConfig.of(settings), meters);
    app.start();
    assertThat(app.awaitRunning(PATIENCE)).isTrue();
    return app;
  }

  private void send(float surprisal) {
    long now = System.currentTimeMillis();
    fleet.send(
        IntStream.range(0, 40)
            .mapToObj(i -> new Fleet.Sent("r" + i, now, Telemetry.constant(50, surprisal)))
            .toList());
    NeuronUsage usage =
        NeuronUsage.newBuilder()
            .setId("r")
            .setModel(Telemetry.MODEL)
            .setPromptTokens(10)
            .setLayers(
                List.of(
                    new NeuronImportance(1f, ByteBuffer.wrap(new byte[] {(byte) 255, 0, 0, 9}))))
            .build();
    fleet.sendNeurons(Map.of(now, List.of(usage)));
  }

  private boolean isPublished() {
    List<Thresholds> all = fleet.read(fleet.topics().thresholds(), Thresholds.class);
    return !all.isEmpty()
        && all.get(all.size() - 1).getSurprisal() == 0.8f
        && !fleet.read(fleet.topics().backbone(), Backbone.class).isEmpty();
  }

  private Thresholds newest() {
    List<Thresholds> all = fleet.read(fleet.topics().thresholds(), Thresholds.class);
    return all.get(all.size() - 1);
  }
}
