package io.clada.engine.calibrate;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Site;
import java.util.List;

/** Tokens that each stage of a calibration runs through the model, about. */
record Plan(long reading, long losses, long sensitivities, long search, long sets, long heldOut) {
  /** Tokens that losses are measured on: the largest inputs of so many are well known. */
  static final long LOSS_TOKENS = 256;

  /** Tokens that each matrix's sensitivity is measured on. */
  static final long SENSITIVITY_TOKENS = 256;

  /** Settings that held-out texts are measured with: the search's strides, and what it chose. */
  private static final int HELD_OUT_SETTINGS = 6;

  static Plan of(Decoder decoder, List<Passage> passages, List<Passage> heldOut) {
    long scored = scored(passages);
    int matrices = decoder.config().layers() * Site.COUNT;
    return new Plan(
        Readings.tokens(passages),
        Math.min(LOSS_TOKENS, scored) * (Profile.RATIOS.size() + 1),
        Math.min(SENSITIVITY_TOKENS, scored) * matrices,
        scored * Search.TRIALS,
        scored * SharedSets.TRIALS,
        Readings.tokens(heldOut) + scored(heldOut) * 2 * HELD_OUT_SETTINGS);
  }

  private static long scored(List<Passage> passages) {
    return passages.stream().mapToLong(Passage::scored).sum();
  }

  long all() {
    return reading + losses + sensitivities + search + sets + heldOut;
  }
}
