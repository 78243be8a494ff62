package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.client.CladaClient;
import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.Engine;
import io.clada.engine.EngineOptions;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelOptions;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model behind a real broker, used as people use it. */
final class EndToEndTest {
  private static LocalSystem system;

  @BeforeAll
  static void start() throws InterruptedException {
    Logging.interactive();
    system = LocalSystem.start(LocalSystem.Options.ephemeral(2, EndToEndTest::engine));
  }

  /** So small a model is no faster for what it leaves out. */
  private static Engine engine() {
    ModelOptions sparse = new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE);
    return new BatchEngine(CladaModel.load(TestConsole.DEMO_MODEL, sparse), EngineOptions.DEFAULT);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void everyRequestEndsInExactlyOneFinishAndItsIndicesHaveNoHoles() throws Exception {
    Map<String, GenerationRequest> posts = new LinkedHashMap<>();
    for (int i = 0; i < 17; i++) {
      posts.put("good-" + i, request("once upon a time " + i).setMode(modeOf(i)).build());
    }
    posts.put("no-prompt", request("").build());
    posts.put("too-hot", request("the dog").setTemperature(9.0).build());
    // Its tombstone comes at once.
    posts.put("unwanted", request("the cat").setMaxNewTokens(200).build());

    TokenJournal journal = new TokenJournal();
    try (TokenLog log = new TokenLog(system.properties(), system.topics(), posts.keySet());
        CladaClient client = CladaClient.builder(Settings.asMap(system.properties())).build()) {
      for (Map.Entry<String, GenerationRequest> post : posts.entrySet()) {
        client.post(post.getKey(), post.getValue());
      }
      client.cancel("unwanted");
      journal.readUntilFinished(log, posts.keySet());
    }

    posts.keySet().forEach(journal::assertComplete);
    for (int i = 0; i < 17; i++) {
      assertThat(journal.finish("good-" + i)).isIn(Finish.LENGTH, Finish.STOP);
      assertThat(journal.text("good-" + i)).isNotBlank();
    }
    assertThat(journal.finish("no-prompt")).isEqualTo(Finish.INVALID);
    assertThat(journal.last("no-prompt").getMessage()).contains("prompt");
    assertThat(journal.finish("too-hot")).isEqualTo(Finish.INVALID);
    assertThat(journal.last("too-hot").getMessage()).contains("temperature");
    assertThat(journal.finish("unwanted")).isEqualTo(Finish.CANCELLED);
  }

  @Test
  void submitFollowPrintsPromptAndAnswer() {
    TestConsole console = new TestConsole();

    int code =
        console.run(withKafka("submit", "--follow", "--max-new-tokens", "8", "the little dog"));

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out()).startsWith("the little dog").hasSizeGreaterThan(20);
    assertThat(console.err()).contains("8 tokens", "weights read", "finish LENGTH");
  }

  @Test
  void submitFastFollowsUncommittedTokens() {
    TestConsole console = new TestConsole("a red ball\n");

    int code = console.run(withKafka("submit", "--fast", "--json", "--max-new-tokens", "5", "-"));

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out().lines().count()).isEqualTo(5);
  }

  @Test
  void submitOfAFilePrintsJsonThatJoinsToTheAnswers(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("p.jsonl"),
            "{\"id\": \"f1\", \"text\": \"one day\"}\n{\"id\": \"f2\", \"text\": \"tom\"}\n");
    TestConsole console = new TestConsole();

    int code =
        console.run(
            withKafka(
                "submit",
                "--file",
                file.toString(),
                "--prompt-field",
                "text",
                "--follow",
                "--json",
                "--max-new-tokens",
                "6",
                "--temperature",
                "0"));

    assertThat(code).describedAs(console.err()).isZero();
    Map<String, List<JsonNode>> events = new LinkedHashMap<>();
    for (String line : console.out().lines().toList()) {
      JsonNode event = new ObjectMapper().readTree(line);
      events.computeIfAbsent(event.get("id").textValue(), id -> new ArrayList<>()).add(event);
    }
    assertThat(events).containsOnlyKeys("f1", "f2");
    assertThat(events.get("f1")).hasSize(6);
    assertThat(events.get("f1").get(5).get("finish").textValue()).isEqualTo("LENGTH");
  }

  @Test
  void aFailedRequestFailsTheCommand() {
    TestConsole console = new TestConsole();

    int code = console.run(withKafka("submit", "--follow", "--id", "bad-p", "--top-p", "7", "x"));

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).startsWith("clada: request bad-p ended INVALID").contains("top_p");
    assertThat(console.err().lines()).hasSize(1);
  }

  @Test
  void submitToldOfAnEndedRequestSaysSoAndGeneratesAnewIfAsked() {
    String[] post =
        withKafka("submit", "--follow", "--id", "twice", "--max-new-tokens", "4", "once");
    assertThat(new TestConsole().run(post)).isZero();

    TestConsole again = new TestConsole();
    assertThat(again.run(post)).describedAs(again.err()).isZero();
    assertThat(again.err()).contains("request twice had ended before", "--rerun");

    TestConsole anew = new TestConsole();
    String[] rerun =
        withKafka(
            "submit",
            "--follow",
            "--id",
            "twice",
            "--rerun",
            "--priority",
            "high",
            "--tenant",
            "t",
            "--deadline",
            "60",
            "--model",
            "demo-llama",
            "--max-new-tokens",
            "4",
            "once");
    assertThat(anew.run(rerun)).describedAs(anew.err()).isZero();
    assertThat(anew.out()).startsWith("once ");
    assertThat(anew.err()).contains("4 tokens").doesNotContain("ended before");
  }

  @Test
  void aConversationIsAnsweredInTheModelsOwnTemplate() {
    TestConsole console = new TestConsole();

    int code =
        console.run(
            withKafka("submit", "--follow", "--chat", "--max-new-tokens", "8", "tell me a story"));

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out()).startsWith("tell me a story");
    assertThat(console.err()).contains("8 tokens");
  }

  @Test
  void submitPrintsTheIdAndCancelEndsTheRequest() throws Exception {
    TestConsole submit = new TestConsole();
    TestConsole cancel = new TestConsole();
    TokenJournal journal = new TokenJournal();
    List<String> ahead = new ArrayList<>();

    try (TokenLog log = new TokenLog(system.properties(), system.topics(), List.of("c-1"));
        CladaClient client = CladaClient.builder(Settings.asMap(system.properties())).build()) {
      for (int i = 0; i < 40; i++) { // more than the engine answers at once, and of a higher class
        ahead.add("ahead-" + i);
        client.post(ahead.get(i), request("once upon a time").setMaxNewTokens(200).build());
      }
      String[] post = withKafka("submit", "--id", "c-1", "--priority", "low", "a story");
      assertThat(submit.run(post)).isZero();
      List<String> all = new ArrayList<>(List.of("c-1"));
      all.addAll(ahead);
      assertThat(cancel.run(withKafka("cancel", all.toArray(String[]::new)))).isZero();
      journal.readUntilFinished(log, List.of("c-1"));
    }

    assertThat(submit.out()).isEqualTo("c-1" + System.lineSeparator());
    assertThat(journal.finish("c-1")).isEqualTo(Finish.CANCELLED);
    journal.assertComplete("c-1");
  }

  @Test
  void demoRunnerSumsUpWhatCladaReads() throws Exception {
    GenerationOptions options = new GenerationOptions();
    options.maxNewTokens = 40;
    options.seed = 1L;
    TestConsole console = new TestConsole();
    List<DemoRun> runs;
    try (StopSignal stop = StopSignal.install()) {
      runs =
          new DemoRunner(
                  system,
                  options,
                  new TextTokens(console.console().out(), new Shading(false)),
                  console.console())
              .run(
                  List.of("once upon a time"),
                  List.of(io.clada.engine.Mode.CLADA, io.clada.engine.Mode.DENSE),
                  stop);
    }

    Tally clada = Tally.of(List.of(runs.get(0).answer()));
    Tally dense = Tally.of(List.of(runs.get(1).answer()));
    assertThat(clada.weightsRead()).isLessThanOrEqualTo(0.75);
    assertThat(dense.weightsRead()).isEqualTo(1.0);
    assertThat(runs.get(0).lastLoad()).isNotNull();
    assertThat(new DemoTable(runs).text()).contains("once upon a time", "clada", "dense", "1.00");
    assertThat(new ObjectMapper().readTree(new DemoTable(runs).json()).get("summary")).hasSize(2);
  }

  private static GenerationRequest.Builder request(String prompt) {
    return GenerationRequest.newBuilder().setPrompt(prompt).setMaxNewTokens(24).setSeed(7L);
  }

  private static Mode modeOf(int i) {
    return List.of(Mode.CLADA, Mode.DENSE, Mode.GRIFFIN).get(i % 3);
  }

  private static String[] withKafka(String command, String... rest) {
    List<String> args =
        new ArrayList<>(
            List.of(
                command,
                "--bootstrap-servers",
                system.bootstrapServers(),
                "--schema-registry-url",
                system.registryUrl()));
    args.addAll(List.of(rest));
    return args.toArray(String[]::new);
  }
}
