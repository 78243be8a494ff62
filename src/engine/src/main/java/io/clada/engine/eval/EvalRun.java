package io.clada.engine.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that one evaluation or calibration found out.
 *
 * @param title what was done, such as "Evaluation"
 * @param model its name
 * @param data the data set's name
 * @param examples how many of its lines were used
 * @param skipped how many were not, since their prompts are not valid
 * @param settings what was asked for and where it ran, by name, for people
 * @param modes in the order in which they are shown
 * @param prompts of the examples that are shown token by token, by their lines
 * @param traces tokens of these examples
 * @param frontier what calibration measured; empty: none
 * @param targetRise the rise of perplexity that calibration was to stay within; null: none
 */
public record EvalRun(
    String title,
    String model,
    String data,
    int examples,
    int skipped,
    Map<String, String> settings,
    List<ModeResult> modes,
    Map<Long, String> prompts,
    List<TokenTrace> traces,
    List<FrontierPoint> frontier,
    @Nullable Double targetRise) {
  static final String BASELINE = "dense";

  public EvalRun {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    modes = List.copyOf(modes);
    prompts = Map.copyOf(prompts);
    traces = List.copyOf(traces);
    frontier = List.copyOf(frontier);
  }

  /** What the other modes are compared with. */
  public Optional<ModeResult> baseline() {
    return modes.stream().filter(mode -> mode.mode().equals(BASELINE)).findFirst();
  }
}
