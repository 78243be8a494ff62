package io.clada.cli;

import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.schemas.GenerationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to answer a prompt; whatever is not given takes the model's or the worker's default. */
final class GenerationOptions {
  /** Of {@code generate}, where no worker draws one. */
  private static final long DEFAULT_SEED = 42;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "clada",
      description =
          "What is computed for each token: clada (thresholds that follow cognitive load), griffin"
              + " (the prompt's choice, never changed) or dense (everything). Default:"
              + " ${DEFAULT-VALUE}.")
  Mode mode = Mode.CLADA;

  @Option(names = "--baseline-run", description = "The same as --mode dense.")
  boolean baselineRun;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to generate. Default: 256, or what is left of the context.")
  @Nullable Integer maxNewTokens;

  @Option(
      names = "--truncate-prompt",
      description = "Keep the last tokens of a prompt that is too long, instead of refusing it.")
  boolean truncatePrompt;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text; may be given several times.")
  List<String> stop = List.of();

  @Option(
      names = "--do-sample",
      arity = "0..1",
      paramLabel = "true|false",
      fallbackValue = "true",
      negatable = true,
      description = "Draw tokens, or always take the most likely one. Default: the model's.")
  @Nullable Boolean doSample;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Divides the logits, 0 to 2; 0 is argmax. Default: the model's, else 0.7.")
  @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K most likely tokens only; 0: no limit.")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draw from the fewest tokens whose probabilities add up to P. Default: the model's, else"
              + " 0.9.")
  @Nullable Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Divides the logits of tokens seen before, 0.1 to 10; 1: none.")
  @Nullable Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the draws. Default: 42, or drawn by the worker.")
  @Nullable Long seed;

  @Option(
      names = "--top-k-ratio",
      paramLabel = "R",
      description =
          "Share of the FFN neurons computed per token (clada). Default: the model's profile, else"
              + " 0.3.")
  @Nullable Double topKRatio;

  @Option(
      names = "--input-keep-ratio",
      paramLabel = "R",
      description =
          "Share of the inputs of the other matrices kept (clada). Default: the model's profile,"
              + " else 0.7.")
  @Nullable Double inputKeepRatio;

  @Option(
      names = "--ffn-reduction-ratio",
      paramLabel = "R",
      description = "Share of the neurons in the prompt's set (griffin). Default: 0.5.")
  @Nullable Double ffnReductionRatio;

  @Option(
      names = "--min-active-neurons",
      paramLabel = "N",
      description = "Never fewer neurons than this per layer. Default: 100.")
  @Nullable Integer minActiveNeurons;

  @Option(
      names = "--surprisal-threshold",
      paramLabel = "Q",
      description =
          "Quantile of recent surprisals above which a token is surprising. Default: 0.7.")
  @Nullable Double surprisalThreshold;

  @Option(
      names = "--entropy-threshold",
      paramLabel = "Q",
      description = "Quantile of recent entropies above which the model is unsure. Default: 0.7.")
  @Nullable Double entropyThreshold;

  @Option(
      names = "--update-window",
      paramLabel = "N",
      description = "Tokens between two updates of the thresholds. Default: 10.")
  @Nullable Integer updateWindow;

  @Option(
      names = "--adaptive-thresholds",
      arity = "0..1",
      paramLabel = "true|false",
      fallbackValue = "true",
      negatable = true,
      description = "Let the load thresholds follow the sequence. Default: true.")
  @Nullable Boolean adaptiveThresholds;

  @Option(
      names = "--smart-neuron-init",
      arity = "0..1",
      paramLabel = "true|false",
      fallbackValue = "true",
      negatable = true,
      description = "Start from the prompt's own activations. Default: true.")
  @Nullable Boolean smartNeuronInit;

  Mode effectiveMode() {
    return baselineRun ? Mode.DENSE : mode;
  }

  /** Whether every token is the likeliest; not known, and so false, where the model decides. */
  boolean isGreedy() {
    return Boolean.FALSE.equals(doSample) || (temperature != null && temperature == 0);
  }

  long seedOrDefault() {
    return seed == null ? DEFAULT_SEED : seed;
  }

  /** For the engine, without Kafka. */
  GenerationSpec spec(String id, String prompt) {
    return new GenerationSpec(
        id,
        prompt,
        true,
        effectiveMode(),
        maxNewTokens,
        truncatePrompt,
        stop,
        new SamplingParameters(
            doSample, temperature, topK, topP, repetitionPenalty, seedOrDefault()),
        new SparsityParameters(
            topKRatio,
            inputKeepRatio,
            ffnReductionRatio,
            minActiveNeurons,
            surprisalThreshold,
            entropyThreshold,
            updateWindow,
            adaptiveThresholds,
            smartNeuronInit),
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }

  /** For {@code clada.requests}; what was not given stays null, for the worker to decide. */
  GenerationRequest request(String prompt) {
    return GenerationRequest.newBuilder()
        .setPrompt(prompt)
        .setMode(io.clada.schemas.Mode.valueOf(effectiveMode().name()))
        .setMaxNewTokens(maxNewTokens)
        .setTruncatePrompt(truncatePrompt)
        .setStop(stop)
        .setDoSample(doSample)
        .setTemperature(temperature)
        .setTopK(topK)
        .setTopP(topP)
        .setRepetitionPenalty(repetitionPenalty)
        .setSeed(seed)
        .setTopKRatio(topKRatio)
        .setInputKeepRatio(inputKeepRatio)
        .setFfnReductionRatio(ffnReductionRatio)
        .setMinActiveNeurons(minActiveNeurons)
        .setSurprisalThreshold(surprisalThreshold)
        .setEntropyThreshold(entropyThreshold)
        .setUpdateWindow(updateWindow)
        .setAdaptiveThresholds(adaptiveThresholds)
        .setSmartNeuronInit(smartNeuronInit)
        .build();
  }
}
