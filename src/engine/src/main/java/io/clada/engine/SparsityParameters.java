package io.clada.engine;

import org.jspecify.annotations.Nullable;

/**
 * What may be left out, and how load thresholds adapt. Names and defaults are those of the paper's
 * code where it has them; a null takes the default.
 *
 * @param topKRatio share of an FFN's neurons computed per token, in (0, 1]; default: the profile's,
 *     else 0.3
 * @param inputKeepRatio share of the inputs of the other matrices kept, in (0, 1]; default: the
 *     profile's, else 0.7
 * @param ffnReductionRatio share of the neurons in a per-prompt set, in (0, 1]; default 0.5
 * @param minActiveNeurons never fewer neurons than this per layer; default 100
 * @param surprisalThreshold quantile of recent surprisals that is the surprisal threshold, 0 to 1;
 *     default 0.7
 * @param entropyThreshold quantile of recent entropies that is the entropy threshold, 0 to 1;
 *     default 0.7
 * @param updateWindow tokens between threshold updates, 1 to 1000; default 10
 * @param adaptiveThresholds false freezes the load thresholds at the fleet's; default true
 * @param smartNeuronInit false starts without rescaling to the prompt's activations; default true
 */
public record SparsityParameters(
    @Nullable Double topKRatio,
    @Nullable Double inputKeepRatio,
    @Nullable Double ffnReductionRatio,
    @Nullable Integer minActiveNeurons,
    @Nullable Double surprisalThreshold,
    @Nullable Double entropyThreshold,
    @Nullable Integer updateWindow,
    @Nullable Boolean adaptiveThresholds,
    @Nullable Boolean smartNeuronInit) {
  /** Every default. */
  public static final SparsityParameters DEFAULT =
      new SparsityParameters(null, null, null, null, null, null, null, null, null);
}
