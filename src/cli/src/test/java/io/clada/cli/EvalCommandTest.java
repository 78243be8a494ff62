package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of the demo model from the command line. */
final class EvalCommandTest {
  private static final String STORIES =
      """
      {"article": "once upon a time there was a boat.", "continuation": " it was big and blue."}
      {"article": "tom had a red ball.", "continuation": " he liked to play with it."}
      {"article": "one day a bird", "continuation": " sat in a tree and sang."}
      """;

  @TempDir Path folder;

  private final TestConsole console = new TestConsole();

  @Test
  void theTableComparesTheModeWithTheBaseline() throws IOException {
    int code = eval(STORIES, "--compare-with-baseline", "--num-prompts", "2");

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out())
        .contains("mode", "tokens/s", "weights read", "perplexity", "as dense", "speedup")
        .containsPattern("(?m)^ dense .* 1\\.00 ")
        .containsPattern("(?m)^ clada .* 0\\.[4-9]")
        .doesNotContain("accuracy", "ROUGE-L |");
    assertThat(console.err()).contains("Report: " + folder.resolve("out/report.html"));
  }

  @Test
  void theFilesHoldWhatWasMeasured() throws IOException {
    int code = eval(STORIES, "--modes", "dense,exact", "--json");

    assertThat(code).describedAs(console.err()).isZero();
    JsonNode summary = new ObjectMapper().readTree(folder.resolve("out/summary.json").toFile());
    assertThat(new ObjectMapper().readTree(console.out())).isEqualTo(summary);
    assertThat(summary.get("examples").intValue()).isEqualTo(3);
    assertThat(summary.at("/settings/decoding").textValue()).isEqualTo("greedy");
    assertThat(summary.at("/modes/1/mode").textValue()).isEqualTo("exact");
    assertThat(summary.at("/modes/1/quality/agreement/share").doubleValue()).isEqualTo(1);
    assertThat(
            Files.readString(folder.resolve("out/tokens.csv"))
                .lines()
                .filter(l -> l.startsWith("exact")))
        .hasSizeBetween(15, 18);
    assertThat(folder.resolve("out/report.html")).content().contains("<h2>Against dense</h2>");
  }

  @Test
  void aLineThatCannotBeReadIsNamed() throws IOException {
    int code = eval("{\"article\": \"fine\"}\n{\"article\": 7}\n");

    assertThat(code).isEqualTo(1);
    assertThat(console.err())
        .startsWith("clada: ")
        .contains(
            "data.jsonl, line 2: no text in the field 'article'; --prompt-field names another");
    assertThat(console.err().lines()).hasSize(1);
  }

  @Test
  void aPromptThatIsTooLongIsPassedOverAloud() throws IOException {
    String all = "{\"text\": \"" + "a dog ran. ".repeat(200) + "\"}\n{\"text\": \"a cat\"}\n";

    int code = eval(all, "--json");

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.err()).contains("passed over", "line 1: prompt:", "truncate_prompt");
    assertThat(new ObjectMapper().readTree(console.out()).get("skipped").intValue()).isOne();
  }

  @Test
  void aFileInTheWayOfTheResultsIsNamed() throws IOException {
    Files.writeString(folder.resolve("out"), "a file");

    int code = eval(STORIES);

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).contains("--output-dir: " + folder.resolve("out"));
    assertThat(console.err().lines()).hasSize(1);
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() throws IOException {
    assertThat(eval(STORIES, "--num-prompts", "0")).isEqualTo(1);
    assertThat(console.err()).contains("--num-prompts: 0 must be at least 1");
  }

  private int eval(String lines, String... options) throws IOException {
    Path data = Files.writeString(folder.resolve("data.jsonl"), lines);
    List<String> args =
        new ArrayList<>(
            List.of(
                "eval",
                "--data-path",
                data.toString(),
                "--output-dir",
                folder.resolve("out").toString(),
                "--max-new-tokens",
                "6"));
    args.addAll(List.of(options));
    return console.run(args.toArray(String[]::new));
  }
}
