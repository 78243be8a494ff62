package io.clada.engine.calibrate;

import io.clada.engine.eval.Example;
import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Picks passages from a data set. An example without a continuation is its own: the second half of
 * its tokens follows the first. So is one whose prompt leaves the context no room.
 */
final class Passages {
  private static final int FEWEST_SCORED = 2;

  /** No prose comes near so many characters per token: what is longer would be cut in any case. */
  private static final int MOST_CHARS_PER_TOKEN = 32;

  private final TextTokenizer tokenizer;
  private final DecoderConfig config;
  private final int maxNewTokens;

  /**
   * @param maxNewTokens most tokens of a continuation that are scored
   */
  Passages(TextTokenizer tokenizer, DecoderConfig config, int maxNewTokens) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.maxNewTokens = Math.max(FEWEST_SCORED, Math.min(maxNewTokens, config.maxPositions() / 2));
  }

  /** At most so many, in an order that the seed decides; those too short to score are left out. */
  List<Passage> pick(List<Example> examples, int most, long seed) {
    List<Example> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(seed));
    List<Passage> picked = new ArrayList<>();
    for (Example example : shuffled) {
      Passage passage = picked.size() < most ? passage(example) : null;
      if (passage != null) {
        picked.add(passage);
      }
    }
    return picked;
  }

  private @Nullable Passage passage(Example example) {
    String continuation = example.continuation();
    int[] prompt = encode(example.prompt());
    int[] all = continuation == null ? prompt : encode(example.prompt() + continuation);
    int from = continuation == null ? all.length / 2 : commonTokens(prompt, all);
    from = Math.min(from, config.maxPositions() - maxNewTokens);
    int to = Math.min(all.length, from + maxNewTokens);
    boolean known = Arrays.stream(all).allMatch(id -> id < config.vocabSize());
    return known && from >= 1 && to - from >= FEWEST_SCORED
        ? new Passage(Arrays.copyOf(all, to), from)
        : null;
  }

  /** The tokens around the seam may differ from the prompt's own. */
  private static int commonTokens(int[] prompt, int[] all) {
    int differs = Arrays.mismatch(prompt, all);
    return differs < 0 ? prompt.length : differs;
  }

  private int[] encode(String text) {
    long most = (long) config.maxPositions() * MOST_CHARS_PER_TOKEN;
    int chars = (int) Math.min(text.length(), Math.min(most, TextTokenizer.MAX_CHARS));
    return tokenizer.encode(text.substring(0, chars));
  }
}
