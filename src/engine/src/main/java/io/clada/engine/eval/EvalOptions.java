package io.clada.engine.eval;

import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import java.util.List;
import java.util.Map;

/**
 * What to evaluate.
 *
 * @param data the data set's name, for people
 * @param modes each once; the others are compared with {@code DENSE} where it is one of them
 * @param most examples to use; fewer if the data set holds fewer
 * @param template how to generate; its id, prompt and mode are replaced
 * @param settings shown in the report, by name
 */
public record EvalOptions(
    String data,
    List<Mode> modes,
    int most,
    GenerationSpec template,
    Map<String, String> settings) {
  public EvalOptions {
    modes = List.copyOf(modes);
    if (modes.isEmpty() || modes.stream().distinct().count() < modes.size()) {
      throw new IllegalArgumentException("modes must be given once each, not " + modes);
    }
  }

  GenerationSpec spec(String prompt, Mode mode, boolean truncate) {
    return new GenerationSpec(
        "eval",
        prompt,
        template.specialTokens(),
        mode,
        template.maxNewTokens(),
        truncate,
        template.stop(),
        template.sampling(),
        template.sparsity(),
        template.thresholds(),
        template.backbone(),
        List.of());
  }
}
