package io.clada.engine.eval;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.eval.ModeResult.Quality;
import io.clada.engine.eval.ModeResult.Sparsity;
import io.clada.engine.eval.ModeResult.Speed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs with everything in them that a report can show. */
final class SampleRuns {
  static final String HOSTILE = "</svg><script>alert(\"x\")</script>&'\u0000";

  private static final List<CognitiveLoad> LOADS =
      List.of(CognitiveLoad.LOW, CognitiveLoad.MEDIUM, CognitiveLoad.HIGH);

  private SampleRuns() {}

  static ModeResult dense() {
    return new ModeResult(
        "dense",
        new Quality(13.87, 4200, null, 0.31, null, new Proportion(60, 100)),
        new Speed(3200, 120, 0.085),
        new Sparsity(1, 1, layers(1, 0), 0, 0, 0));
  }

  static ModeResult clada() {
    return new ModeResult(
        "clada",
        new Quality(14.04, 4200, new Proportion(3990, 4200), 0.30, 0.71, new Proportion(59, 100)),
        new Speed(3190, 146.5, 0.086),
        new Sparsity(0.48, 0.72, layers(0.3, 0.35), 12, 0, 0));
  }

  static ModeResult exact() {
    return new ModeResult(
        "exact",
        new Quality(13.87, 4200, new Proportion(4200, 4200), 0.31, 1.0, new Proportion(60, 100)),
        new Speed(3200, 131, 0.084),
        new Sparsity(0.66, 0.84, layers(0.6, 0.1), 0, 2400, 2111));
  }

  static EvalRun evaluation(String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("device", "cpu");
    settings.put("max_new_tokens", "128");
    return new EvalRun(
        "Evaluation",
        "demo-llama",
        "stories.jsonl",
        25,
        3,
        settings,
        List.of(dense(), clada(), exact()),
        Map.of(4L, "once upon a time" + text),
        traces(text),
        List.of(),
        null);
  }

  static EvalRun calibration() {
    List<FrontierPoint> frontier = new ArrayList<>();
    for (int i = 0; i <= 12; i++) {
      double read = 1 - i * 0.045;
      frontier.add(new FrontierPoint(read, 1 - i * 0.075, 0.0006 * i * i * i / 10, i == 5));
    }
    return new EvalRun(
        "Calibration",
        "demo-llama",
        "calibration.jsonl",
        40,
        0,
        Map.of("target", "1 %"),
        List.of(dense(), clada()),
        Map.of(),
        List.of(),
        frontier,
        0.01);
  }

  private static List<TokenTrace> traces(String text) {
    return IntStream.range(0, 60)
        .mapToObj(
            i -> {
              double surprisal = 4 + 4 * Math.sin(i * 0.7);
              double entropy = 3 + 2 * Math.cos(i * 0.5);
              int above = (surprisal > 6 ? 1 : 0) + (entropy > 4 ? 1 : 0);
              return new TokenTrace(
                  "clada",
                  4,
                  i,
                  100 + i,
                  i == 5 ? text : " word" + i,
                  surprisal,
                  entropy,
                  6,
                  4,
                  LOADS.get(above),
                  i == 0 ? 1 : 0.4 + 0.1 * above,
                  i == 0 ? 1 : 0.65 + 0.07 * above,
                  6.5,
                  i % 20 == 19 ? 1 : 0);
            })
        .toList();
  }

  private static List<Double> layers(double first, double rise) {
    return IntStream.range(0, 16).mapToObj(layer -> first + rise * layer / 15).toList();
  }
}
