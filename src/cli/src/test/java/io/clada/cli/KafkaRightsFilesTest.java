package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.schemas.topics.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the scripts tell Kafka's tools and what Strimzi's resources say is what the code and {@code
 * acls.csv} say. Kafka's tools are stand-ins here, which print their arguments.
 */
class KafkaRightsFilesTest {
  private static final Path DEPLOY = TestConsole.HOME.resolve("deploy");

  @TempDir private Path tools;

  @Test
  void theTopicsScriptCreatesWhatTheRolesWould() throws Exception {
    Set<String> expected = new TreeSet<>();
    for (NewTopic topic : new Topics("stories").catalogue(16, (short) 2)) {
      expected.add(described(topic.name(), 16, 2, new TreeMap<>(topic.configs())));
    }

    Set<String> created = new TreeSet<>();
    Map<String, String> env = Map.of("PREFIX", "stories", "PARTITIONS", "16", "REPLICATION", "2");
    for (List<String> call : run(env, "topics.sh", "--command-config", "admin.properties")) {
      assertThat(call).containsSequence("--command-config", "admin.properties");
      assertThat(call).contains("--create", "--if-not-exists");
      Map<String, String> configs = new TreeMap<>();
      for (int i = 0; i < call.size(); i++) {
        if (call.get(i).equals("--config")) {
          String[] config = call.get(i + 1).split("=", 2);
          configs.put(config[0], config[1]);
        }
      }
      created.add(
          described(
              after(call, "--topic"),
              Integer.parseInt(after(call, "--partitions")),
              Integer.parseInt(after(call, "--replication-factor")),
              configs));
    }
    assertThat(created).isEqualTo(expected);
  }

  @Test
  void strimzisTopicsAreTheSame() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (NewTopic topic : new Topics("clada").catalogue(32, (short) 3)) {
      expected.add(described(topic.name(), 32, 3, new TreeMap<>(topic.configs())));
    }

    Set<String> declared = new TreeSet<>();
    for (JsonNode topic : DeployFilesTest.yaml(DEPLOY.resolve("strimzi/topics.yaml"))) {
      Map<String, String> configs = new TreeMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(c -> configs.put(c.getKey(), c.getValue().asText()));
      declared.add(
          described(
              topic.at("/metadata/name").asText(),
              topic.at("/spec/partitions").asInt(),
              topic.at("/spec/replicas").asInt(),
              configs));
    }
    assertThat(declared).isEqualTo(expected);
  }

  @Test
  void theAclsScriptGrantsWhatTheTableSays() throws Exception {
    Map<String, Set<String>> table = table("stories", "answerers", "sums");
    Map<String, String> env =
        Map.of("PREFIX", "stories", "WORKER_APP", "answerers", "TOPOLOGY_APP", "sums");
    for (String role : table.keySet()) {
      Set<String> granted = new TreeSet<>();
      for (List<String> call : run(env, "acls.sh", role, "User:somebody")) {
        assertThat(call).contains("--add").containsSequence("--allow-principal", "User:somebody");
        int resource = call.indexOf("--operation") + 2;
        granted.add(
            String.join(
                " ",
                after(call, "--operation"),
                call.get(resource).substring(2).replace("-", ""),
                after(call, "--resource-pattern-type"),
                call.get(resource + 1)));
      }
      assertThat(lowerCase(granted)).describedAs(role).isEqualTo(lowerCase(table.get(role)));
    }
  }

  @Test
  void strimzisUsersMayTheSame() throws IOException {
    Map<String, Set<String>> granted = new TreeMap<>();
    for (JsonNode user : DeployFilesTest.yaml(DEPLOY.resolve("strimzi/users.yaml"))) {
      Set<String> rights = new TreeSet<>();
      for (JsonNode acl : user.at("/spec/authorization/acls")) {
        JsonNode resource = acl.get("resource");
        for (JsonNode operation : acl.get("operations")) {
          rights.add(
              String.join(
                  " ",
                  operation.asText(),
                  resource.get("type").asText(),
                  resource.get("patternType").asText().replace("prefix", "prefixed"),
                  resource.get("name").asText()));
        }
      }
      granted.put(user.at("/metadata/name").asText().replace("clada-", ""), lowerCase(rights));
    }
    Map<String, Set<String>> expected = table("clada", "clada-worker", "clada-topology");
    expected.replaceAll((role, rights) -> lowerCase(rights));
    assertThat(granted).isEqualTo(expected);
  }

  /** By role: operation, resource type, pattern and name. */
  private static Map<String, Set<String>> table(String prefix, String workerApp, String topologyApp)
      throws IOException {
    Map<String, Set<String>> rights = new TreeMap<>();
    List<String> lines = Files.readAllLines(DEPLOY.resolve("acls.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells =
          line.replace("<prefix>", prefix)
              .replace("<worker-app>", workerApp)
              .replace("<topology-app>", topologyApp)
              .split(",", -1);
      rights
          .computeIfAbsent(cells[0], role -> new TreeSet<>())
          .add(String.join(" ", cells[1], cells[2], cells[3], cells[4]));
    }
    return rights;
  }

  /** The calls of Kafka's tools that a script makes. */
  private List<List<String>> run(Map<String, String> env, String script, String... args)
      throws IOException, InterruptedException {
    for (String tool : new String[] {"kafka-topics.sh", "kafka-acls.sh"}) {
      Path stub = tools.resolve(tool);
      Files.writeString(stub, "#!/bin/sh\nprintf '%s\\t' \"$@\"\necho\n");
      assertThat(stub.toFile().setExecutable(true)).isTrue();
    }
    List<String> command =
        new ArrayList<>(List.of("bash", DEPLOY.resolve("kafka").resolve(script).toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(env);
    builder.environment().put("BOOTSTRAP", "kafka1:9092");
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).describedAs(output).isZero();
    List<List<String>> calls = output.lines().map(line -> List.of(line.split("\t", -1))).toList();
    assertThat(calls).isNotEmpty();
    assertThat(calls)
        .allSatisfy(c -> assertThat(c).containsSequence("--bootstrap-server", "kafka1:9092"));
    return calls;
  }

  private static String described(
      String name, int partitions, int replication, Map<String, String> configs) {
    return name + " " + partitions + " " + replication + " " + configs;
  }

  private static String after(List<String> call, String option) {
    return call.get(call.indexOf(option) + 1);
  }

  private static Set<String> lowerCase(Set<String> rights) {
    Set<String> lower = new TreeSet<>();
    rights.forEach(right -> lower.add(right.toLowerCase(Locale.ROOT)));
    return lower;
  }
}
