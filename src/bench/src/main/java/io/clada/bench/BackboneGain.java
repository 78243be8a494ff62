package io.clada.bench;

import io.clada.engine.Backbone;
import io.clada.engine.CladaModel;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the fleet's backbone is worth to short prompts in mode {@code griffin}, and what one for
 * each kind of text would be worth beside one for all. The backbones are the topology's own. After
 * {@code mvn package}:
 *
 * <pre>
 * java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.BackboneGain \
 *   --traffic tinystories-calibration.jsonl --held-out tinystories-eval.jsonl
 * </pre>
 */
@Command(
    name = "BackboneGain",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Measure perplexity with the fleet's backbone and without.")
public final class BackboneGain implements Callable<Integer> {
  @Option(
      names = "--model-path",
      paramLabel = "DIR",
      defaultValue = "src/models/demo-llama",
      description = "Default: ${DEFAULT-VALUE}.")
  private Path modelPath = Path.of("src/models/demo-llama");

  @Option(
      names = "--traffic",
      paramLabel = "FILE",
      required = true,
      description = "Stories that the backbone is learned from, JSON lines.")
  private Path traffic = Path.of("");

  @Option(
      names = "--held-out",
      paramLabel = "FILE",
      required = true,
      description = "Stories that it is tried on.")
  private Path heldOut = Path.of("");

  @Option(
      names = "--other",
      paramLabel = "FILE",
      description = "A text of another kind: compare backbones of one kind and of all.")
  private @Nullable Path other;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "8",
      description = "Of each prompt. Default: ${DEFAULT-VALUE}.")
  private int promptTokens = 8;

  @Option(
      names = "--traffic-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "8,48",
      description = "Of each prompt that the backbone is learned from. Default: ${DEFAULT-VALUE}.")
  private List<Integer> trafficTokens = List.of(8, 48);

  @Option(
      names = "--scored-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of each text, at most. Default: ${DEFAULT-VALUE}.")
  private int scoredTokens = 64;

  @Option(
      names = "--keep",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description = "Of the neurons. Default: ${DEFAULT-VALUE}.")
  private double keep = 0.5;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BackboneGain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ModelOptions sparse = new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE);
    TextSource stories = TextSource.stories(traffic, heldOut);
    try (CladaModel model = CladaModel.load(modelPath, sparse)) {
      BackboneTrial trial = new BackboneTrial(model, keep, promptTokens, scoredTokens);
      if (other == null) {
        gain(trial, stories);
      } else {
        kinds(trial, List.of(stories, stories.shuffled(1), TextSource.file("other", other)));
      }
    }
    return 0;
  }

  private void gain(BackboneTrial trial, TextSource stories) throws InterruptedException {
    Map<String, List<List<float[]>>> requests = new LinkedHashMap<>();
    for (int tokens : trafficTokens) {
      requests.put(
          "backbone of %d prompts of %d tokens".formatted(stories.traffic().size(), tokens),
          energies(trial, stories.traffic(), tokens));
    }
    Rows rows = new Rows(trial, stories);
    rows.dense();
    rows.griffin("no backbone", null);
    FleetPriors.of(requests).forEach(rows::griffin);
  }

  private void kinds(BackboneTrial trial, List<TextSource> kinds) throws InterruptedException {
    Map<String, List<List<float[]>>> requests = new LinkedHashMap<>();
    int tokens = trafficTokens.get(trafficTokens.size() - 1);
    int each = kinds.stream().mapToInt(kind -> kind.traffic().size()).min().orElseThrow();
    for (TextSource kind : kinds) {
      requests.put(kind.name(), energies(trial, kind.traffic().subList(0, each), tokens));
    }
    requests.put("all kinds", requests.values().stream().flatMap(List::stream).toList());
    Map<String, Backbone> priors = FleetPriors.of(requests);
    for (TextSource kind : kinds) {
      Rows rows = new Rows(trial, kind);
      rows.dense();
      rows.griffin("no backbone", null);
      priors.forEach((of, prior) -> rows.griffin("backbone of " + of, prior));
    }
  }

  private static List<List<float[]>> energies(BackboneTrial trial, List<String> texts, int tokens) {
    return texts.stream().map(text -> trial.energy(trial.prompt(text, tokens))).toList();
  }

  /** A table's rows, printed as they are found, in Markdown. */
  private final class Rows {
    private final BackboneTrial trial;
    private final TextSource kind;
    private double dense;

    Rows(BackboneTrial trial, TextSource kind) {
      this.trial = trial;
      this.kind = kind;
      System.out.printf(
          "%n%s: %d texts%n%n| choice of neurons | perplexity | over dense |%n|---|---|---|%n",
          kind.name(), kind.heldOut().size());
    }

    void dense() {
      BackboneTrial.Outcome outcome = trial.dense(kind.heldOut());
      dense = outcome.perplexity();
      System.out.printf("| all (%d tokens) | %.2f | |%n", outcome.tokens(), dense);
    }

    void griffin(String name, @Nullable Backbone backbone) {
      double perplexity = trial.griffin(kind.heldOut(), backbone).perplexity();
      System.out.printf(
          "| %.0f %%, %s | %.2f | %+.1f %% |%n",
          100 * keep, name, perplexity, 100 * (perplexity / dense - 1));
    }
  }
}
