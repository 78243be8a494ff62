package io.clada.bench;

import io.clada.engine.CladaModel;
import io.clada.engine.Finish;
import io.clada.engine.FleetThresholds;
import io.clada.engine.Generation;
import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Seconds per decoded token of each way to compute, as a ratio to dense, on random weights larger
 * than the cache. The ways take turns, so that a computer that others use slows them alike; the
 * median turn counts.
 *
 * <pre>DecodeSpeed TOKENIZER.json [hidden 2048] [neurons 5632] [layers 4]</pre>
 */
public final class DecodeSpeed {
  private static final int TOKENS = 24;
  private static final int TURNS = 7;

  private DecodeSpeed() {}

  /** A way to compute. */
  private record Way(String name, Mode mode, SparsityParameters sparsity) {}

  public static void main(String[] args) throws IOException {
    RandomModel model =
        new RandomModel(number(args, 1, 2048), number(args, 2, 5632), number(args, 3, 4));
    Path directory = Files.createTempDirectory("clada-random-model");
    try {
      model.write(directory, Path.of(args[0]));
      try (CladaModel loaded = CladaModel.load(directory)) {
        System.out.println(
            model + ", float32, " + Runtime.getRuntime().availableProcessors() + " cores");
        time(loaded);
      }
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
      Files.delete(directory);
    }
  }

  private static void time(CladaModel model) {
    List<Way> ways =
        List.of(
            new Way("dense", Mode.DENSE, SparsityParameters.DEFAULT),
            new Way("griffin, 50 % of neurons", Mode.GRIFFIN, SparsityParameters.DEFAULT),
            new Way("clada, inputs 80 %, neurons 50 %", Mode.CLADA, keep(0.5, 0.8)),
            new Way("clada, inputs 70 %, neurons 30 %", Mode.CLADA, keep(0.3, 0.7)),
            new Way("clada, inputs 50 %, neurons 30 %", Mode.CLADA, keep(0.3, 0.5)));
    List<List<Double>> seconds = new ArrayList<>();
    List<Double> read = new ArrayList<>();
    ways.forEach(way -> seconds.add(new ArrayList<>()));
    for (int turn = 0; turn <= TURNS; turn++) {
      for (int way = 0; way < ways.size(); way++) {
        Finish finish = run(model, ways.get(way));
        if (turn == 0) {
          read.add(finish.weightsReadRatio()); // and a warm-up
        } else {
          seconds.get(way).add(finish.decodeSeconds() / (TOKENS - 1));
        }
      }
    }
    double dense = median(seconds.get(0));
    for (int way = 0; way < ways.size(); way++) {
      double median = median(seconds.get(way));
      System.out.printf(
          "%-34s weights read %.2f, time per token %.2f of dense (%.1f ms)%n",
          ways.get(way).name(), read.get(way), median / dense, median * 1e3);
    }
  }

  private static SparsityParameters keep(double neurons, double inputs) {
    return new SparsityParameters(neurons, inputs, null, null, null, null, null, null, null);
  }

  private static Finish run(CladaModel model, Way way) {
    GenerationSpec spec =
        new GenerationSpec(
            "speed",
            "once upon a time",
            true,
            way.mode(),
            TOKENS,
            false,
            List.of(),
            new SamplingParameters(null, null, null, null, null, 1),
            way.sparsity(),
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

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static int number(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
