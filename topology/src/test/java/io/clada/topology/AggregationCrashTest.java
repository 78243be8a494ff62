package io.clada.topology;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Backbone;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.SparsityStats;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes on a real broker, killed in mid-window (SIGKILL), robbed of their state, and
 * joined by others. Each window holds at most as many values as a sketch keeps exactly, ratios add
 * up without rounding, and requests lie whole half-lives apart: so two runs must agree in every
 * field.
 */
@Timeout(value = 900, unit = SECONDS)
class AggregationCrashTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long LONG_WINDOW = longWindow();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static EmbeddedKafka kafka;
  @TempDir Path folder;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  /** What a run ends with. */
  private record Outcome(List<SparsityStats> statistics, Map<String, Prior> backbone) {}

  /** What a backbone says, without when and how often it was said. */
  private record Prior(double requests, float scale, String levels) {}

  @Test
  void aProcessKilledInMidWindowEndsWithTheSameResults() throws Exception {
    long begin = SliceKey.floor(System.currentTimeMillis(), MINUTE) - 10 * MINUTE;

    Outcome undisturbed = undisturbed(begin);
    Outcome killed = killed(begin);

    assertThat(undisturbed.statistics)
        .extracting(SparsityStats::getTokens)
        .containsExactly(200L, 200L, 200L);
    assertThat(undisturbed.backbone).hasSize(2);
    assertThat(killed.backbone).isEqualTo(undisturbed.backbone);
    assertThat(killed.statistics).isEqualTo(undisturbed.statistics);
  }

  @Test
  void instancesOnOneComputerShareTheWorkWithoutBeingToldWhereToKeepState() throws Exception {
    Fleet fleet = fleet("shared");
    Properties settings = quick(fleet);
    settings.remove("state.dir");
    Process one = AggregationProcess.start(settings, folder);
    Process other = AggregationProcess.start(settings, folder);
    try {
      await().atMost(PATIENCE).ignoreExceptions().until(() -> busyMembers(fleet) == 2);

      assertThat(stateFolders()).containsExactlyInAnyOrder("0", "1");
      assertThat(one.isAlive() && other.isAlive()).isTrue();
    } finally {
      one.destroyForcibly().waitFor();
      other.destroyForcibly().waitFor();
    }
  }

  private Outcome undisturbed(long begin) throws Exception {
    Fleet fleet = fleet("undisturbed");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(quick(fleet)))) {
      app.start();
      send(fleet, begin, 0, 60);
      return awaitOutcome(fleet);
    }
  }

  private Outcome killed(long begin) throws Exception {
    Fleet fleet = fleet("killed");
    Process process = AggregationProcess.start(quick(fleet), folder);
    try {
      await().atMost(PATIENCE).until(() -> exists(fleet.topics().deadLetter()));
      send(fleet, begin, 0, 30);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  consumed(fleet, fleet.topics().telemetry()) > 0
                      && consumed(fleet, fleet.topics().neurons()) > 0);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(fleet.read(fleet.topics().sparsity(), SparsityStats.class)).isEmpty();
    send(fleet, begin, 30, 60);
    Utils.delete(fleet.stateDir().toFile());
    Process successor = AggregationProcess.start(quick(fleet), folder);
    try {
      return awaitOutcome(fleet);
    } finally {
      successor.destroyForcibly().waitFor();
    }
  }

  private static Properties quick(Fleet fleet) {
    Properties settings = fleet.settings();
    settings.put("clada.sparsity.grace.ms", "12000");
    settings.put("clada.sparsity.long.window.ms", Long.toString(LONG_WINDOW));
    settings.put("clada.backbone.half.life.ms", Long.toString(MINUTE));
    settings.put("clada.backbone.partials.interval.ms", "500");
    settings.put("clada.backbone.interval.ms", "500");
    settings.put("clada.backbone.hysteresis", "0");
    settings.put("clada.backbone.min.requests", "1");
    return settings;
  }

  /** A day, or so much more that no such window ends between the traffic and an hour from now. */
  private static long longWindow() {
    long now = System.currentTimeMillis();
    return LongStream.iterate(24 * HOUR, window -> window + HOUR)
        .filter(window -> (now - HOUR) / window == (now + HOUR) / window)
        .findFirst()
        .orElseThrow();
  }

  /** Of three minutes of traffic in 60 records and requests those of a range. */
  private static void send(Fleet fleet, long begin, int from, int to) {
    fleet.send(traffic(begin, from, to));
    Map<Long, List<NeuronUsage>> usages = new TreeMap<>();
    for (int i = from; i < to; i++) {
      usages.computeIfAbsent(begin + i % 3 * MINUTE, at -> new ArrayList<>()).add(usage(i));
    }
    fleet.sendNeurons(usages);
  }

  private static List<Fleet.Sent> traffic(long begin, int from, int to) {
    List<Fleet.Sent> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      LoadTelemetry telemetry =
          LoadTelemetry.newBuilder(Telemetry.spread(10, 1f / (1 + i)))
              .setActiveNeuronRatio(i % 2 == 0 ? 0.25f : 0.5f)
              .setActiveNeuronRatioByLayer(List.of(0.25f, i % 4 * 0.25f))
              .setWeightsReadRatio(0.75f)
              .setDecodeSeconds(0.125 * (1 + i))
              .setTimeToFirstTokenSeconds(0.25 * (i % 3))
              .setReanalyses(i % 3)
              .setLast(i % 5 == 0)
              .build();
      records.add(new Fleet.Sent("request-" + i, begin + i * 3_000L, telemetry));
    }
    return records;
  }

  /**
   * Two layers of four neurons, of which two have all the energy: one always, so that the others'
   * mean is half of its own, which eight bits can't say. Else a backbone that was published early
   * could be as good as the last, and then the last isn't published.
   */
  private static NeuronUsage usage(int i) {
    byte[] one = new byte[4];
    one[i % 2] = (byte) 255;
    one[2] = (byte) 255;
    byte[] two = new byte[4];
    two[i % 2] = (byte) 255;
    two[3] = (byte) 255;
    return NeuronUsage.newBuilder()
        .setId("request-" + i)
        .setModel(Telemetry.MODEL)
        .setPromptTokens(10)
        .setLayers(
            List.of(
                new NeuronImportance(1f, ByteBuffer.wrap(one)),
                new NeuronImportance(0.5f, ByteBuffer.wrap(two))))
        .build();
  }

  private static Outcome awaitOutcome(Fleet fleet) {
    // Twenty requests in each of three minutes.
    double requests = 20 * (1 + 0.5 + 0.25);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(fleet.read(fleet.topics().sparsity(), SparsityStats.class))
                  .hasSizeGreaterThanOrEqualTo(3);
              assertThat(backbone(fleet).values())
                  .extracting(Prior::requests)
                  .containsExactly(requests, requests);
            });
    return new Outcome(
        fleet.read(fleet.topics().sparsity(), SparsityStats.class).stream()
            .sorted(Comparator.comparing(SparsityStats::getWindowStart))
            .toList(),
        backbone(fleet));
  }

  private static Map<String, Prior> backbone(Fleet fleet) {
    Map<String, Prior> last = new TreeMap<>();
    fleet
        .read(fleet.topics().backbone(), Backbone.class)
        .forEach(
            layer ->
                last.put(
                    NeuronSums.key(layer.getModel(), layer.getLayer()),
                    new Prior(
                        layer.getRequests(),
                        layer.getScale(),
                        HexFormat.of().formatHex(layer.getLevels().array()))));
    return last;
  }

  private static boolean exists(String topic) throws Exception {
    try (Admin admin = admin()) {
      return admin.listTopics().names().get().contains(topic);
    }
  }

  /** Records of a topic whose effects are committed. */
  private static long consumed(Fleet fleet, String topic) throws Exception {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(fleet.prefix() + "-topology")
              .partitionsToOffsetAndMetadata()
              .get();
      return offsets.entrySet().stream()
          .filter(entry -> entry.getKey().topic().equals(topic))
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
    }
  }

  /** Instances that have partitions. */
  private static long busyMembers(Fleet fleet) throws Exception {
    String group = fleet.prefix() + "-topology";
    try (Admin admin = admin()) {
      return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
          .map(MemberDescription::assignment)
          .filter(assignment -> !assignment.topicPartitions().isEmpty())
          .count();
    }
  }

  private List<String> stateFolders() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve(".local/state/clada/topology"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("in-use"))
          .map(file -> file.getParent().getFileName().toString())
          .toList();
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private Fleet fleet(String prefix) {
    return new Fleet(kafka.bootstrapServers(), prefix, folder.resolve(prefix));
  }
}
