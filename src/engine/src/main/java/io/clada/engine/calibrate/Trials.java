package io.clada.engine.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Runs settings on all texts, each once. */
final class Trials {
  private final Matrices matrices;
  private final SparseTrial trial;
  private final Score dense;
  private final Bootstrap bootstrap;
  private final List<Tried> all = new ArrayList<>();

  Trials(Matrices matrices, SparseTrial trial, Score dense, Bootstrap bootstrap) {
    this.matrices = matrices;
    this.trial = trial;
    this.dense = dense;
    this.bootstrap = bootstrap;
  }

  Tried run(GreedyPath path, int step, double swing, int cooldown) {
    Setting setting = new Setting(path.at(step), swing, cooldown);
    for (Tried before : all) {
      if (before.setting().same(setting)) {
        return new Tried(path, step, before.setting(), before.score(), before.rise());
      }
    }
    boolean nothingLeftOut = Arrays.stream(setting.keepRatios()).allMatch(ratio -> ratio == 1);
    Score score = nothingLeftOut ? dense : trial.run(matrices.profile(setting));
    Tried result = new Tried(path, step, setting, score, bootstrap.rise(score, dense));
    all.add(result);
    return result;
  }

  boolean surelyBetter(Tried one, Tried other) {
    return bootstrap.surelyLower(one.score(), other.score());
  }

  /** Everything that was tried, most weights first. */
  List<Tried> all() {
    return all.stream()
        .sorted(Comparator.comparing((Tried tried) -> -tried.score().weightsRead()))
        .toList();
  }
}
