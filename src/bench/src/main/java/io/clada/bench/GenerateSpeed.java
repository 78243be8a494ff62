package io.clada.bench;

import io.clada.engine.CladaModel;
import io.clada.engine.Finish;
import io.clada.engine.FleetThresholds;
import io.clada.engine.Generation;
import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generates once for each line on standard input, the likeliest tokens in mode dense, and prints
 * the prompt's tokens, the generated ones and the seconds from the first of them to the last: this
 * engine's side of {@code compare_transformers.py}, which lets both sides take turns.
 *
 * <pre>GenerateSpeed MODEL-DIRECTORY TOKENS</pre>
 */
public final class GenerateSpeed {
  private GenerateSpeed() {}

  public static void main(String[] args) throws IOException {
    try (CladaModel model = CladaModel.load(Path.of(args[0]));
        BufferedReader turns =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (turns.readLine() != null) {
        Finish finish = generate(model, Integer.parseInt(args[1]));
        System.out.println(
            finish.promptTokens() + " " + finish.completionTokens() + " " + finish.decodeSeconds());
      }
    }
  }

  private static Finish generate(CladaModel model, int tokens) {
    GenerationSpec spec =
        new GenerationSpec(
            "speed",
            "once upon a time",
            true,
            Mode.DENSE,
            tokens,
            false,
            List.of(),
            new SamplingParameters(false, null, null, null, null, 1),
            SparsityParameters.DEFAULT,
            FleetThresholds.DEFAULT,
            null,
            List.of());
    @Nullable Finish finish = null;
    try (Generation generation = model.generate(spec)) {
      while (generation.hasNext()) {
        finish = generation.next().finish();
      }
    }
    if (finish == null) {
      throw new IllegalStateException("a generation ended without a finish");
    }
    return finish;
  }
}
