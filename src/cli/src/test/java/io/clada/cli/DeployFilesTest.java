package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clada.topology.TopologyConfig;
import io.clada.worker.WorkerConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The files that are there to be copied or run. {@code deploy/check} does what needs more tools.
 */
class DeployFilesTest {
  private static final Path DEPLOY = TestConsole.HOME.resolve("deploy");
  private static final Pattern STAGE =
      Pattern.compile("(?s)FROM \\S+ AS (\\S+)\n(.*?)(?=\nFROM |\\z)");
  private static final List<String> COMMANDS = List.of("worker", "topology", "gateway");

  @Test
  void theWorkersFileIsReadAsItSays() throws IOException {
    WorkerConfig config = WorkerConfig.of(load("worker.properties"));

    assertThat(config.prefix()).isEqualTo("clada");
    assertThat(config.partitions()).isEqualTo(32);
    assertThat(config.replication()).isEqualTo((short) 3);
    assertThat(config.kafka()).containsEntry("state.dir", "/var/lib/clada/worker");
  }

  @Test
  void theTopologysFileIsReadWithoutComplaint() throws IOException {
    assertThat(TopologyConfig.of(load("topology.properties"))).isNotNull();
  }

  /** A setting with a typing error in its name would be ignored. */
  @Test
  void everySettingOfTheTopologysFileIsRead() throws IOException {
    Pattern setting = Pattern.compile("#?(clada\\.[a-z.]+)=.*");
    List<String> names =
        Files.readAllLines(DEPLOY.resolve("topology.properties")).stream()
            .map(setting::matcher)
            .filter(Matcher::matches)
            .map(line -> line.group(1))
            .toList();
    assertThat(names).contains("clada.sparsity.by", "clada.elastic.enabled");

    for (String name : names) {
      Properties nonsense = load("topology.properties");
      nonsense.setProperty(name, "n/a");
      assertThatThrownBy(() -> TopologyConfig.of(nonsense)).describedAs(name).isNotNull();
    }
  }

  @Test
  void everyYamlAndJsonFileCanBeParsedAndNamesNothingTwice() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(DEPLOY)) {
      files =
          all.filter(file -> file.toString().matches(".*\\.(yaml|json)"))
              .filter(file -> !file.toString().contains("templates")) // Helm's, not YAML yet
              .toList();
    }

    assertThat(files).hasSizeGreaterThan(10);
    for (Path file : files) {
      assertThat(yaml(file)).describedAs("%s", file).isNotEmpty();
    }
  }

  @Test
  void imagesPrometheusAndChartNameTheSamePorts() throws IOException {
    Map<String, String> ports = new TreeMap<>();
    for (Map.Entry<String, String> stage : stages().entrySet()) {
      matches("EXPOSE (\\d+)", stage.getValue())
          .forEach(port -> ports.put(stage.getKey().replace("-base", ""), port));
    }

    assertThat(ports).containsOnlyKeys("worker", "topology", "gateway");
    JsonNode jobs = yaml(DEPLOY.resolve("prometheus/prometheus.yaml")).get(0).get("scrape_configs");
    for (JsonNode job : jobs) {
      String role = job.get("job_name").textValue().replace("clada-", "");
      assertThat(job.at("/dns_sd_configs/0/port").asText()).isEqualTo(ports.get(role));
      String template = chart(role + ".yaml");
      assertThat(template).contains("(list $ \"" + role + "\" " + ports.get(role) + ")");
      assertThat(template).containsPattern("--(metrics-|http-)?port=" + ports.get(role));
      assertThat(chart("networkpolicy.yaml")).contains("\"" + role + "\" " + ports.get(role));
      assertThat(stages().get(role.equals("worker") ? "worker-base" : role))
          .contains("CMD [\"healthy\", \"" + ports.get(role) + "\"]");
    }
    assertThat(jobs).hasSize(ports.size());
  }

  @Test
  void everyOptionThatImagesChartAndComposeGiveIsOneThatTheCommandHas() throws IOException {
    for (String role : COMMANDS) {
      List<String> options = new ArrayList<>();
      String stage = stages().get(role.equals("worker") ? "worker-base" : role);
      options.addAll(matches("\"(--[a-z-]+)\"", stage));
      options.addAll(matches("(?m)^ +- (--[a-z-]+)=", chart(role + ".yaml")));
      for (JsonNode service : yaml(DEPLOY.resolve("compose.yaml")).get(0).get("services")) {
        if (service.at("/command/0").asText().equals(role)) {
          service
              .get("command")
              .forEach(word -> options.addAll(matches("^(--[a-z-]+)", word.asText())));
        }
      }

      TestConsole console = new TestConsole();
      assertThat(console.run(role, "--help")).isZero();
      assertThat(console.out()).startsWith("Usage: clada " + role);
      assertThat(options).hasSizeGreaterThan(5);
      assertThat(options).allSatisfy(option -> assertThat(console.out()).contains(option));
    }
  }

  private static String chart(String template) throws IOException {
    return Files.readString(DEPLOY.resolve("helm/clada/templates").resolve(template));
  }

  private static Map<String, String> stages() throws IOException {
    Map<String, String> stages = new TreeMap<>();
    STAGE
        .matcher(Files.readString(DEPLOY.resolve("Dockerfile")))
        .results()
        .forEach(stage -> stages.put(stage.group(1), stage.group(2)));
    return stages;
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** The documents of a file. */
  static List<JsonNode> yaml(Path file) throws IOException {
    ObjectMapper mapper = file.toString().endsWith(".json") ? new ObjectMapper() : new YAMLMapper();
    mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    try (Reader reader = Files.newBufferedReader(file)) {
      return mapper.readerFor(JsonNode.class).<JsonNode>readValues(reader).readAll();
    }
  }

  private static Properties load(String name) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(DEPLOY.resolve(name))) {
      properties.load(reader);
    }
    return properties;
  }
}
