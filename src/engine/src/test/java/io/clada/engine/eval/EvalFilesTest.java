package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves on disk. */
final class EvalFilesTest {
  @TempDir Path directory;

  @Test
  void theSummaryHasEveryFigureAndWhatItMeansAgainstDense() throws IOException {
    Path folder = directory.resolve("new/folder");
    try (EvalFiles files = new EvalFiles(folder)) {
      assertThat(files.finish(SampleRuns.evaluation(""))).isEqualTo(folder.resolve("report.html"));
    }

    JsonNode json = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    JsonNode clada = json.get("modes").get(1);
    assertThat(json.get("settings").get("max_new_tokens").asText()).isEqualTo("128");
    assertThat(json.get("skipped").asInt()).isEqualTo(3);
    assertThat(clada.get("mode").asText()).isEqualTo("clada");
    assertThat(clada.at("/quality/agreement/share").asDouble()).isEqualTo(0.95);
    assertThat(clada.at("/quality/accuracy/low").asDouble()).isCloseTo(0.492, within(1e-3));
    assertThat(clada.at("/speed/time_to_first_token_seconds").asDouble()).isEqualTo(0.086);
    assertThat(clada.at("/sparsity/active_neuron_ratio_by_layer")).hasSize(16);
    assertThat(clada.at("/against_dense/speedup").asDouble()).isCloseTo(0.2208, within(1e-4));
    assertThat(clada.at("/against_dense/measure").asText()).isEqualTo("accuracy");
    assertThat(json.has("frontier")).isFalse();
    assertThat(json.get("modes").get(0).at("/quality/agreement").isNull()).isTrue();
  }

  @Test
  void theFrontierIsInACalibrationsSummary() throws IOException {
    JsonNode json = new ObjectMapper().readTree(SummaryJson.of(SampleRuns.calibration()));

    assertThat(json.get("frontier")).hasSize(13);
    assertThat(json.at("/frontier/5/chosen").asBoolean()).isTrue();
    assertThat(json.at("/frontier/5/weights_read_ratio").asDouble()).isCloseTo(0.775, within(1e-9));
    assertThat(json.get("target_rise").asDouble()).isEqualTo(0.01);
  }

  @Test
  void everyTokenIsALineWithItsTextQuoted() throws IOException {
    try (EvalFiles files = new EvalFiles(directory)) {
      for (TokenTrace token : SampleRuns.evaluation("say \"hi\",\n").traces()) {
        files.token(token);
      }
    }

    String csv = Files.readString(directory.resolve("tokens.csv"));
    assertThat(csv)
        .startsWith(
            "mode,example,index,token_id,text,surprisal_bits,entropy_bits,surprisal_threshold_bits,")
        .contains("\r\nclada,4,0,100,\" word0\",4.0000,5.0000,6.0000,4.0000,medium,1.0000,1.0000,")
        .contains("\r\nclada,4,5,105,\"say \"\"hi\"\",\n\",");
    assertThat(csv.split("\r\n")).hasSize(61);
  }
}
