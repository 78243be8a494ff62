package io.clada.engine;

import io.clada.engine.decoder.Costs;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Outcome;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Step;
import io.clada.engine.decoder.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Runs the steps of generations, each alone or several in one pass over the weights, whichever is
 * faster on this computer by the {@linkplain Costs measured costs} and by what such steps
 * {@linkplain Pace have taken since}: rows that are left out save a single sequence time, but a
 * batch that reads every row once for all saves more from some size on. Confined to the thread that
 * runs the model.
 */
final class Stepper implements AutoCloseable {
  /** Positions that one step can compute ahead of a generation's tokens. */
  static final int MOST_AHEAD = Drafting.MOST + 1;

  private final Decoder decoder;
  private final Costs costs;
  private final boolean sparseAlways;
  private final SharedSet set;
  private final Drafting drafting;
  private final Pace pace = new Pace();
  private final Keep dense;
  private final int neurons;
  private final int layers;

  Stepper(CladaModel model) {
    decoder = model.decoder();
    costs = decoder.costs();
    sparseAlways = model.sparseAlways();
    set = new SharedSet(decoder);
    drafting = new Drafting(costs, sparseAlways);
    layers = model.config().layers();
    neurons = model.config().intermediateSize();
    dense = Keep.dense(layers);
  }

  /** What steps have taken. */
  Pace pace() {
    return pace;
  }

  /**
   * The next chunk of a prefill.
   *
   * @param tokens takes the first token, if the prefill is over with this chunk
   */
  void prefill(ActiveGeneration generation, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    Segment chunk = generation.prefillChunk();
    Run run = run(decoder.weights(), dense, List.of(chunk));
    generation.prefilled(chunk);
    if (!chunk.draws().isEmpty()) {
      deliver(generation, run.outcome().steps().get(0), run, true, tokens);
    }
  }

  /**
   * A step of each generation; all of them are {@linkplain ActiveGeneration#decoding decoding}.
   *
   * @param tokens takes what they generated: one token each, or more in mode {@code exact}
   */
  void decode(List<ActiveGeneration> group, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    List<ActiveGeneration> whole = new ArrayList<>();
    List<ActiveGeneration> sparse = new ArrayList<>();
    for (ActiveGeneration generation : group) {
      (leavesOut(generation) ? sparse : whole).add(generation);
    }
    Choice choice = cheapest(whole.size(), sparse);
    double seconds = 0;
    switch (choice.way()) {
      case TOGETHER -> {
        whole.addAll(sparse);
        sparse = List.of();
      }
      case SHARED -> {
        seconds += compact(sparse, tokens);
        sparse = List.of();
      }
      case APART -> {}
    }
    for (ActiveGeneration generation : sparse) {
      seconds += alone(generation, tokens);
    }
    if (whole.size() == 1 && drafting.pays(whole.get(0))) {
      draft(whole.get(0), tokens);
      return;
    }
    boolean looksBack = whole.stream().anyMatch(ActiveGeneration::reanalysisDue);
    seconds += whole.isEmpty() ? 0 : whole(whole, tokens);
    if (!looksBack) {
      pace.took(choice.way(), group.size(), choice.seconds(), seconds);
      if (whole.size() == 1 && group.size() == 1) {
        drafting.stepped(seconds);
      }
    }
  }

  private boolean leavesOut(ActiveGeneration generation) {
    return switch (generation.spec().mode()) {
      case CLADA -> generation.sparse() && !generation.reanalysisDue();
      case GRIFFIN -> true;
      case DENSE, EXACT -> false;
    };
  }

  /** A way, and the seconds that it takes by the costs measured at loading. */
  private record Choice(Way way, double seconds) {}

  private Choice cheapest(int whole, List<ActiveGeneration> sparse) {
    int all = whole + sparse.size();
    Choice together = new Choice(Way.TOGETHER, seconds(all, 1));
    if (sparse.isEmpty()) {
      return together;
    }
    double rest = whole == 0 ? 0 : seconds(whole, 1);
    Choice other = withoutSet(sparse, rest, together, all);
    double share = share(sparse);
    if (!decoder.canCompact() || share >= 1 || (sparse.size() == 1 && !ownSets(sparse))) {
      return other;
    }
    Choice shared = new Choice(Way.SHARED, seconds(sparse.size(), share) + rest);
    return sparseAlways || corrected(shared, all) <= mostForSet(other, all, sparse)
        ? shared
        : other;
  }

  /** Each by itself, or all in one dense pass; several sets in turn would be copied in turn. */
  private Choice withoutSet(List<ActiveGeneration> sparse, double rest, Choice together, int all) {
    if (ownSets(sparse)) {
      return together;
    }
    double seconds = rest;
    for (ActiveGeneration generation : sparse) {
      seconds += costs.sparse(generation.keepRatios()) + head(1);
    }
    Choice apart = new Choice(Way.APART, seconds);
    double most = Pace.WORTH_IT * corrected(together, all);
    return sparseAlways || corrected(apart, all) <= most ? apart : together;
  }

  private double corrected(Choice choice, int sequences) {
    return pace.corrected(choice.way(), sequences, choice.seconds());
  }

  /**
   * Seconds that a step over a set may take to be taken instead of another. To make it the set of
   * these generations takes time too, which has to be gained in the steps until one of them ends.
   */
  private double mostForSet(Choice other, int sequences, List<ActiveGeneration> sparse) {
    double seconds = corrected(other, sequences);
    if (set.isOf(sparse, kept(sparse))) {
      return seconds;
    }
    int steps = sparse.stream().mapToInt(ActiveGeneration::tokensLeft).min().orElse(1);
    return Pace.WORTH_IT * seconds - pace.change() / Math.max(1, steps);
  }

  /** Whether one of them leaves out a set of neurons, whatever the token. */
  private static boolean ownSets(List<ActiveGeneration> sparse) {
    for (ActiveGeneration generation : sparse) {
      if (generation.spec().mode() == Mode.GRIFFIN) {
        return true;
      }
    }
    return false;
  }

  private double seconds(int sequences, double share) {
    return costs.compact(sequences, share) + head(sequences);
  }

  /** The head is read whole by every pass. */
  private double head(int sequences) {
    return costs.dense(sequences) * decoder.headWeights() / decoder.weights().all();
  }

  /** The share of neurons that all of them would keep: the most that one of them asks for. */
  private static double share(List<ActiveGeneration> sparse) {
    double most = 0;
    for (ActiveGeneration generation : sparse) {
      most = Math.max(most, generation.setRatio());
    }
    return most;
  }

  private double alone(
      ActiveGeneration generation, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    Run run = run(decoder.weights(), generation.keep(), List.of(generation.decode()));
    generation.decoded(false);
    deliver(generation, run.outcome().steps().get(0), run, false, tokens);
    return run.seconds();
  }

  private double compact(
      List<ActiveGeneration> group, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    int kept = kept(group);
    if (!set.isOf(group, kept)) {
      long began = System.nanoTime();
      set.change(group, kept);
      pace.changed((System.nanoTime() - began) / 1e9);
    }
    Run run = run(set.weights(), dense, group.stream().map(ActiveGeneration::decode).toList());
    for (int i = 0; i < group.size(); i++) {
      group.get(i).decoded(false);
      deliver(group.get(i), run.outcome().steps().get(i), run, false, tokens);
    }
    return run.seconds();
  }

  /** Neurons of each layer in the set that these share. */
  private int kept(List<ActiveGeneration> group) {
    int least =
        group.stream()
            .mapToInt(generation -> generation.settings().minActiveNeurons())
            .max()
            .orElse(1);
    return (int) Math.min(neurons, Math.max(least, Math.round(share(group) * neurons)));
  }

  private double whole(
      List<ActiveGeneration> group, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    boolean alone = group.size() == 1;
    Set<ActiveGeneration> due =
        group.stream().filter(ActiveGeneration::reanalysisDue).collect(Collectors.toSet());
    List<Segment> segments =
        group.stream()
            .map(each -> due.contains(each) ? each.reanalysis(alone) : each.decode())
            .toList();
    Run run = run(decoder.weights(), dense, segments);
    for (int i = 0; i < group.size(); i++) {
      ActiveGeneration generation = group.get(i);
      if (due.contains(generation)) {
        generation.reanalysed();
      }
      generation.decoded(true);
      deliver(generation, run.outcome().steps().get(i), run, false, tokens);
    }
    return run.seconds();
  }

  private void draft(
      ActiveGeneration generation, BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    double[] ratios = generation.keepRatios();
    int most = drafting.length(generation.tokensLeft(), ratios);
    double seconds = 0;
    double read = 0;
    boolean on = true;
    while (on && generation.drafts() < most) {
      Run run = run(decoder.weights(), generation.keep(), List.of(generation.draft()));
      on = generation.drafted(run.outcome().steps().get(0).get(0));
      seconds += run.seconds();
      read += run.read();
    }
    int drafted = generation.drafts();
    Run run = run(decoder.weights(), dense, List.of(generation.verification()));
    List<Step> steps = run.outcome().steps().get(0);
    int taken = generation.verified(steps);
    drafting.verified(ratios, drafted, taken - 1, seconds, run.seconds());
    Run all = new Run(run.outcome(), seconds + run.seconds(), read + run.read());
    deliver(generation, steps.subList(0, taken), all, false, tokens);
  }

  /**
   * A pass over the weights, and what it cost.
   *
   * @param read weights read over what a dense step reads
   */
  private record Run(Outcome outcome, double seconds, double read) {}

  private Run run(Weights weights, Keep keep, List<Segment> segments) {
    long began = System.nanoTime();
    Outcome outcome = decoder.run(weights, keep, segments);
    return new Run(outcome, (System.nanoTime() - began) / 1e9, readRatio(weights, outcome.used()));
  }

  private double readRatio(Weights weights, double[] used) {
    if (used.length == 0) {
      return 1; // a chunk of a prefill, which draws nothing
    }
    long head = decoder.headWeights();
    return (double) (weights.read(used) + head) / (decoder.weights().all() + head);
  }

  /** Several steps, if a pass verified drafts: each has its share of what the pass computed. */
  private void deliver(
      ActiveGeneration generation,
      List<Step> steps,
      Run run,
      boolean prefill,
      BiConsumer<ActiveGeneration, GeneratedToken> tokens) {
    double[] active = new double[layers];
    for (int layer = 0; layer < layers; layer++) {
      active[layer] = run.outcome().activeNeurons(layer);
    }
    for (Step step : steps) {
      generation
          .account()
          .computed(active, run.read() / steps.size(), run.seconds() / steps.size(), prefill);
      tokens.accept(generation, generation.emit(step));
      if (generation.finished()) {
        return;
      }
    }
  }

  @Override
  public void close() {
    set.close();
  }
}
