package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine alone, on the demo model. */
final class GenerateCommandTest {
  private static final String PROMPT = "once upon a time";

  @Test
  void jsonJoinsToTheText() throws IOException {
    TestConsole text = new TestConsole();
    TestConsole json = new TestConsole();

    assertThat(text.run(generate("--prompt", PROMPT))).describedAs(text.err()).isZero();
    assertThat(json.run(generate("--prompt", PROMPT, "--json"))).describedAs(json.err()).isZero();

    StringBuilder joined = new StringBuilder();
    List<JsonNode> tokens = new ArrayList<>();
    for (String line : json.out().lines().toList()) {
      JsonNode token = new ObjectMapper().readTree(line);
      assertThat(token.get("token_index").intValue()).isEqualTo(tokens.size());
      assertThat(token.has("finish")).isEqualTo(tokens.size() == 29);
      joined.append(token.get("text").textValue());
      tokens.add(token);
    }
    assertThat(tokens).hasSize(30);
    assertThat(PROMPT + joined + System.lineSeparator()).isEqualTo(text.out());
    assertThat(json.err()).isEmpty();
    assertThat(text.err()).contains("30 tokens", "weights read", "finish LENGTH");
  }

  @Test
  void thePromptMayComeFromStandardInput() {
    TestConsole given = new TestConsole();
    TestConsole piped = new TestConsole(PROMPT + "\n");

    given.run(generate("--prompt", PROMPT));
    piped.run(generate());

    assertThat(piped.out()).isEqualTo(given.out());
  }

  @Test
  void cladaReadsLessThanTheBaseline() throws IOException {
    assertThat(weightsRead("--mode", "clada", "--sparse-always")).isLessThan(0.75);
    assertThat(weightsRead("--baseline-run")).isEqualTo(1.0);
  }

  @Test
  void helpIsThereForEveryCommandWithAnExample() {
    for (String command :
        new String[] {
          "demo",
          "up",
          "worker",
          "topology",
          "gateway",
          "thresholds",
          "top",
          "submit",
          "cancel",
          "generate",
          "eval",
          "export-decoder"
        }) {
      TestConsole console = new TestConsole();

      assertThat(console.run(command, "--help")).isZero();

      assertThat(console.out()).contains("Usage: clada " + command, "Example", "Exit codes");
    }
  }

  @Test
  void versionNamesTheProject() {
    TestConsole console = new TestConsole();

    assertThat(console.run("--version")).isZero();
    assertThat(console.out()).startsWith("CLADA on Kafka 0.").doesNotContain("$");
  }

  private static double weightsRead(String... options) throws IOException {
    TestConsole console = new TestConsole();
    List<String> all = new ArrayList<>(List.of("--prompt", PROMPT, "--json"));
    all.addAll(List.of(options));
    console.run(generate(all.toArray(String[]::new)));
    String last = console.out().lines().reduce((a, b) -> b).orElseThrow();
    return new ObjectMapper().readTree(last).get("usage").get("weights_read_ratio").doubleValue();
  }

  private static String[] generate(String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "generate",
                "--model-path",
                TestConsole.DEMO_MODEL.toString(),
                "--max-new-tokens",
                "30",
                "--temperature",
                "0"));
    args.addAll(List.of(options));
    return args.toArray(String[]::new);
  }
}
