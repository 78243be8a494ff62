package io.clada.engine.calibrate;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the cheapest setting within the bound. Walks down the greedy path in large strides until
 * perplexity is well beyond the bound, and halves the stride that crosses it. Where fewer neurons
 * are dropped than {@linkplain CalibrationResult#MARK should be}, tries paths that prefer neurons.
 * Then sees whether moving with the load, or looking back after high load, does better at the same
 * cost.
 */
final class Search {
  /** Trials that a search takes, about. */
  static final int TRIALS = 18;

  private static final double STRIDE = 0.1;

  /** Strides end where the rise is so many times the bound: enough for the picture. */
  private static final double FAR_BEYOND = 5;

  /** Two settings whose weights read differ by less cost the same. */
  private static final double SAME_COST = 0.004;

  /** What is measured may differ a little from what a path aims at. */
  private static final double BELOW_MARK = 1 - CalibrationResult.MARK - 0.005;

  private static final double[] PREFERENCES = {2, 4};
  private static final double[] SWINGS = {0.05, 0.1};
  private static final int[] COOLDOWNS = {16, 8};

  private final Trials trials;
  private final GreedyPath path;
  private final double bound;
  private final List<Tried> strides = new ArrayList<>();

  Search(Trials trials, GreedyPath path, double bound) {
    this.trials = trials;
    this.path = path;
    this.bound = bound;
  }

  /** The settings that the path was first walked with, most weights first. */
  List<Tried> strides() {
    return strides;
  }

  /** The cheapest setting within the bound; dense, if there is no other. */
  Tried cheapest() {
    Tried best = plain();
    for (double preference : PREFERENCES) {
      if (best.score().activeNeurons() > 1 - CalibrationResult.MARK) {
        best = preferringNeurons(best, preference);
      }
    }
    for (double swing : SWINGS) {
      best = better(best, swing, best.setting().cooldown());
    }
    for (int cooldown : COOLDOWNS) {
      best = better(best, best.setting().loadSwing(), cooldown);
    }
    return best;
  }

  /** With thresholds that nothing moves. */
  private Tried plain() {
    Tried last = trials.run(path, 0, 0, 0);
    for (double share = 1 - STRIDE;
        last.rise().mean() < FAR_BEYOND * bound && last.step() < path.length();
        share -= STRIDE) {
      last = trials.run(path, path.reading(share), 0, 0);
      strides.add(last);
    }
    Tried inside = trials.run(path, 0, 0, 0);
    for (Tried next : strides) {
      if (!next.within(bound)) {
        return bisect(inside, next.step());
      }
      inside = next;
    }
    return inside;
  }

  /** The last step within the bound, in the same way as the first and before the other. */
  private Tried bisect(Tried first, int before) {
    GreedyPath along = first.path();
    Tried inside = first;
    int outside = before;
    while (outside - inside.step() > 1
        && along.read(inside.step()) - along.read(outside) > SAME_COST) {
      int middle = along.reading((along.read(inside.step()) + along.read(outside)) / 2);
      Tried next = like(inside, Math.min(Math.max(middle, inside.step() + 1), outside - 1));
      if (next.within(bound)) {
        inside = next;
      } else {
        outside = next.step();
      }
    }
    return inside;
  }

  /** The mark is worth a few weights, where it can be reached. */
  private Tried preferringNeurons(Tried best, double preference) {
    GreedyPath preferring = path.preferringNeurons(preference);
    Tried marked = trials.run(preferring, preferring.keepingNeurons(BELOW_MARK), 0, 0);
    return marked.within(bound) ? bisect(marked, aStrideOn(marked)) : best;
  }

  /**
   * Another way, if it does surely better than the best so far where it costs the same, and is then
   * cheaper within the bound.
   */
  private Tried better(Tried best, double swing, int cooldown) {
    if (best.step() == 0) {
      return best;
    }
    Tried other = trials.run(best.path(), best.step(), swing, cooldown);
    if (!trials.surelyBetter(other, costing(other.score().weightsRead(), best))) {
      return best;
    }
    Tried safe = other;
    while (!safe.within(bound) && safe.step() > 0) {
      safe = like(safe, best.path().reading(best.path().read(safe.step()) + STRIDE / 2));
    }
    Tried cheapest = bisect(safe, aStrideOn(best));
    return cheapest.score().weightsRead() < best.score().weightsRead() ? cheapest : best;
  }

  /** The same way at another cost. */
  private Tried costing(double weightsRead, Tried way) {
    double more = weightsRead - way.score().weightsRead();
    return Math.abs(more) < SAME_COST
        ? way
        : like(way, way.path().reading(way.path().read(way.step()) + more));
  }

  private Tried like(Tried way, int step) {
    return trials.run(way.path(), step, way.setting().loadSwing(), way.setting().cooldown());
  }

  private static int aStrideOn(Tried from) {
    return from.path().reading(from.path().read(from.step()) - STRIDE);
  }
}
