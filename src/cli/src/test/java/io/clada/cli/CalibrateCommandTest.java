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

/** A calibration of the demo model from the command line. */
final class CalibrateCommandTest {
  private static final String STORIES =
      """
      {"prompt": "once upon a time there was a boat.", "continuation": " it was big and blue. it liked to sail on the sea."}
      {"prompt": "tom had a red ball.", "continuation": " he liked to play with it in the park every day."}
      {"prompt": "one day a bird", "continuation": " sat in a tree and sang a song for her friends."}
      {"prompt": "the little dog", "continuation": " ran home to his mom. she gave him a big hug."}
      """;

  @TempDir Path folder;

  private final TestConsole console = new TestConsole();

  @Test
  void theProfileHoldsWhatWasFoundAndMeasured() throws IOException {
    int code = calibrate("--seed", "7", "--bound", "0.05");

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out()).contains("weights read", "perplexity", "chosen", "the mark of 40 %");
    JsonNode profile = profile();
    assertThat(profile.get("keep_ratios")).hasSize(24);
    assertThat(profile.at("/measured/seed").intValue()).isEqualTo(7);
    double dense = profile.at("/measured/calibration/perplexity_dense").doubleValue();
    double sparse = profile.at("/measured/calibration/perplexity").doubleValue();
    assertThat(sparse / dense).isLessThanOrEqualTo(1.05);
  }

  @Test
  void theSameSeedFindsTheSameProfile() throws IOException {
    calibrate("--seed", "7", "--bound", "0.05");
    JsonNode first = profile();
    calibrate("--seed", "7", "--bound", "0.05");

    assertThat(profile().get("keep_ratios")).isEqualTo(first.get("keep_ratios"));
  }

  @Test
  void aBoundOfNothingIsRefused() throws IOException {
    int code = calibrate("--bound", "0");

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).contains("bound: 0.0 must be above 0");
    assertThat(folder.resolve("clada-profile.json")).doesNotExist();
  }

  @Test
  void whereNothingCanBeWrittenNothingIsBegun() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    int code =
        console.run(
            "calibrate",
            "--model-path",
            TestConsole.DEMO_MODEL.toString(),
            "--data-path",
            folder.resolve("not-read-yet.jsonl").toString(),
            "--output",
            file.toString());

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).contains("--output: " + file + " can't be written");
  }

  private int calibrate(String... more) throws IOException {
    Path data = Files.writeString(folder.resolve("stories.jsonl"), STORIES);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "calibrate",
                "--model-path",
                TestConsole.DEMO_MODEL.toString(),
                "--data-path",
                data.toString(),
                "--output",
                folder.toString(),
                "--max-new-tokens",
                "12"));
    arguments.addAll(List.of(more));
    return console.run(arguments.toArray(String[]::new));
  }

  private JsonNode profile() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("clada-profile.json").toFile());
  }
}
