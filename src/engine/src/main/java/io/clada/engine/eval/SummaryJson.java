package io.clada.engine.eval;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.engine.eval.ModeResult.Quality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a run as JSON, without the traces: fields as in the records, in snake_case, and
 * for every mode what it gains and keeps against dense. Shares come with the ends of their 95 %
 * intervals.
 */
public final class SummaryJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private SummaryJson() {}

  /** One object, over several lines. */
  public static String of(EvalRun run) {
    ObjectNode json = JSON.createObjectNode();
    json.put("title", run.title());
    json.put("model", run.model());
    json.put("data", run.data());
    json.put("examples", run.examples());
    json.put("skipped", run.skipped());
    json.set("settings", JSON.valueToTree(run.settings()));
    ArrayNode modes = json.putArray("modes");
    run.modes().forEach(mode -> modes.add(mode(mode, run.baseline().orElse(null))));
    if (!run.frontier().isEmpty()) {
      json.set("frontier", JSON.valueToTree(run.frontier()));
      json.put("target_rise", run.targetRise());
    }
    return json.toPrettyString();
  }

  static void write(EvalRun run, Path file) throws IOException {
    Files.writeString(file, of(run) + "\n");
  }

  private static ObjectNode mode(ModeResult mode, @Nullable ModeResult dense) {
    ObjectNode json = JSON.createObjectNode();
    json.put("mode", mode.mode());
    json.set("quality", quality(mode.quality()));
    json.set("speed", JSON.valueToTree(mode.speed()));
    json.set("sparsity", JSON.valueToTree(mode.sparsity()));
    if (dense != null) {
      json.set("against_dense", JSON.valueToTree(Comparison.of(mode, dense)));
    }
    return json;
  }

  private static ObjectNode quality(Quality quality) {
    ObjectNode json = JSON.createObjectNode();
    json.put("perplexity", quality.perplexity());
    json.put("scored_tokens", quality.scoredTokens());
    json.set("agreement", share(quality.agreement()));
    json.put("rouge_l", quality.rougeL());
    json.put("rouge_l_to_dense", quality.rougeLToDense());
    json.set("accuracy", share(quality.accuracy()));
    return json;
  }

  private static @Nullable ObjectNode share(@Nullable Proportion proportion) {
    if (proportion == null) {
      return null;
    }
    return JSON.createObjectNode()
        .put("share", proportion.share())
        .put("low", proportion.low())
        .put("high", proportion.high())
        .put("successes", proportion.successes())
        .put("trials", proportion.trials());
  }
}
