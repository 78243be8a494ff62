package io.clada.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation: what to continue, and how.
 *
 * @param id unique among the generations that an engine holds
 * @param prompt text to continue
 * @param specialTokens whether the tokenizer adds its own special tokens, such as the one that
 *     begins a text; false for a rendered chat template, which holds them
 * @param mode how much of the model is computed
 * @param maxNewTokens most tokens to generate, counting {@code resumeFrom}; null: 256, or what is
 *     left of the context
 * @param truncatePrompt keep the last tokens of a prompt that is too long, instead of refusing it
 * @param stop strings that end the text and are not part of it
 * @param sampling how tokens are drawn
 * @param sparsity what may be left out
 * @param thresholds the fleet's load thresholds, pinned for the whole generation
 * @param backbone the fleet's prior of which neurons matter, pinned for the whole generation; null:
 *     none is known
 * @param resumeFrom tokens that an earlier attempt generated, in order: they are prefilled with the
 *     prompt and not generated again; the first token to come has their count as its index. If they
 *     end the generation already, that one only tells so
 */
public record GenerationSpec(
    String id,
    String prompt,
    boolean specialTokens,
    Mode mode,
    @Nullable Integer maxNewTokens,
    boolean truncatePrompt,
    List<String> stop,
    SamplingParameters sampling,
    SparsityParameters sparsity,
    FleetThresholds thresholds,
    @Nullable Backbone backbone,
    List<Emitted> resumeFrom) {

  public GenerationSpec {
    stop = List.copyOf(stop);
    resumeFrom = List.copyOf(resumeFrom);
  }

  /** The same, for scoring so many tokens: nothing ends it before. */
  GenerationSpec scoring(int tokens) {
    return new GenerationSpec(
        id,
        prompt,
        specialTokens,
        mode,
        tokens,
        truncatePrompt,
        List.of(),
        sampling,
        sparsity,
        thresholds,
        backbone,
        List.of());
  }

  /**
   * A token that was generated before: all that is needed to go on after it.
   *
   * @param tokenId in the model's vocabulary
   * @param surprisal in bits, as in {@link GeneratedToken}
   * @param entropy in bits, as in {@link GeneratedToken}
   */
  public record Emitted(int tokenId, float surprisal, float entropy) {}
}
