package io.clada.engine;

import io.clada.engine.GenerationSpec.Emitted;
import java.util.List;

/** A request for tests: what it does not say is left to the defaults. */
final class SpecBuilder {
  private final Mode mode;
  private String id = "test";
  private String prompt = "once upon a time there was a little dog";
  private int maxNewTokens = 60;
  private boolean truncate;
  private List<String> stop = List.of();
  private SamplingParameters sampling = new SamplingParameters(null, null, null, null, null, 42);
  private SparsityParameters sparsity = SparsityParameters.DEFAULT;
  private FleetThresholds thresholds = FleetThresholds.DEFAULT;
  private Backbone backbone;
  private List<Emitted> resumeFrom = List.of();

  private SpecBuilder(Mode mode) {
    this.mode = mode;
  }

  static SpecBuilder spec(Mode mode) {
    return new SpecBuilder(mode);
  }

  SpecBuilder id(String text) {
    id = text;
    return this;
  }

  SpecBuilder prompt(String text) {
    prompt = text;
    return this;
  }

  SpecBuilder maxNewTokens(int tokens) {
    maxNewTokens = tokens;
    return this;
  }

  SpecBuilder truncatePrompt() {
    truncate = true;
    return this;
  }

  SpecBuilder stop(String... strings) {
    stop = List.of(strings);
    return this;
  }

  SpecBuilder greedy() {
    return sampling(new SamplingParameters(false, null, null, null, null, 1));
  }

  SpecBuilder seed(long seed) {
    return sampling(new SamplingParameters(null, null, null, null, null, seed));
  }

  SpecBuilder sampling(SamplingParameters parameters) {
    sampling = parameters;
    return this;
  }

  SpecBuilder sparsity(SparsityParameters parameters) {
    sparsity = parameters;
    return this;
  }

  /** Keeps these shares of neurons and of the other inputs, however few they are. */
  SpecBuilder keeping(double neurons, double inputs) {
    return sparsity(
        new SparsityParameters(neurons, inputs, neurons, 1, null, null, null, null, null));
  }

  SpecBuilder thresholds(FleetThresholds fleet) {
    thresholds = fleet;
    return this;
  }

  SpecBuilder backbone(Backbone prior) {
    backbone = prior;
    return this;
  }

  SpecBuilder resumeFrom(List<GeneratedToken> tokens) {
    resumeFrom =
        tokens.stream()
            .map(t -> new Emitted(t.tokenId(), (float) t.surprisal(), (float) t.entropy()))
            .toList();
    return this;
  }

  GenerationSpec build() {
    return new GenerationSpec(
        id,
        prompt,
        true,
        mode,
        maxNewTokens,
        truncate,
        stop,
        sampling,
        sparsity,
        thresholds,
        backbone,
        resumeFrom);
  }
}
