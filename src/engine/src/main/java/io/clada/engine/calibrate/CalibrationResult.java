package io.clada.engine.calibrate;

import io.clada.engine.calibrate.CalibrationPoint.Measured;
import io.clada.engine.clada.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a calibration found. Immutable. */
public final class CalibrationResult {
  /** The share of neurons that is to be dropped within the bound (paper, abstract). */
  public static final double MARK = 0.4;

  private final CalibrationSettings settings;
  private final CalibrationTexts texts;
  private final @Nullable CalibrationTexts heldOut;
  private final List<CalibrationPoint> points;
  private final SharedSets sets;
  private final Profile plain;

  /**
   * @param plain the chosen setting, without what else was found
   */
  CalibrationResult(
      CalibrationSettings settings,
      CalibrationTexts texts,
      @Nullable CalibrationTexts heldOut,
      List<CalibrationPoint> points,
      SharedSets sets,
      Profile plain) {
    this.settings = settings;
    this.texts = texts;
    this.heldOut = heldOut;
    this.points = List.copyOf(points);
    this.sets = sets;
    this.plain = plain;
  }

  /** What it was measured on. */
  public CalibrationTexts texts() {
    return texts;
  }

  /** The others that what was found was measured on; null: there were none. */
  public @Nullable CalibrationTexts heldOut() {
    return heldOut;
  }

  /** Everything that was tried, by the weights it reads, dense first. */
  public List<CalibrationPoint> points() {
    return points;
  }

  /** What the profile holds. */
  public CalibrationPoint chosen() {
    return points.stream().filter(CalibrationPoint::chosen).findFirst().orElseThrow();
  }

  /** Sets of neurons that a batch shares. */
  public SharedSets sets() {
    return sets;
  }

  /** Whether at least {@link #MARK} of the neurons are dropped within the bound. */
  public boolean markReached() {
    return 1 - chosen().calibration().activeNeuronRatio() >= MARK;
  }

  /** The figures, by the names they have in the profile. */
  public Map<String, Object> measured() {
    Map<String, Object> measured = new LinkedHashMap<>();
    measured.put("bound", settings.bound());
    measured.put("confidence", Bootstrap.CONFIDENCE);
    measured.put("seed", settings.seed());
    measured.put("mark_reached", markReached());
    measured.put("calibration", figures(texts, chosen().calibration()));
    Measured other = chosen().heldOut();
    if (heldOut != null && other != null) {
      measured.put("held_out", figures(heldOut, other));
    }
    measured.put("frontier", points.stream().map(CalibrationResult::figures).toList());
    measured.put("shared_sets", sets.tried().stream().map(CalibrationResult::figures).toList());
    return measured;
  }

  private static Map<String, Object> figures(CalibrationTexts texts, Measured measured) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("texts", texts.texts());
    figures.put("tokens", texts.tokens());
    figures.put("perplexity_dense", Matrices.rounded(texts.densePerplexity()));
    figures.putAll(figures(measured));
    return figures;
  }

  private static Map<String, Object> figures(CalibrationPoint point) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("load_swing", point.loadSwing());
    figures.put("reanalysis_cooldown", point.reanalysisCooldown());
    figures.put("calibration", figures(point.calibration()));
    if (point.heldOut() != null) {
      figures.put("held_out", figures(point.heldOut()));
    }
    if (point.griffin() != null) {
      figures.put("held_out_griffin", figures(point.griffin()));
    }
    return figures;
  }

  private static Map<String, Object> figures(Measured measured) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("perplexity", Matrices.rounded(measured.perplexity()));
    figures.put("perplexity_rise", Matrices.rounded(measured.rise()));
    figures.put("perplexity_rise_at_most", Matrices.rounded(measured.mostRise()));
    figures.put("weights_read_ratio", Matrices.rounded(measured.weightsReadRatio()));
    figures.put("active_neuron_ratio", Matrices.rounded(measured.activeNeuronRatio()));
    return figures;
  }

  /**
   * Writes clada-profile.json.
   *
   * @param directory the model's, for the profile to take effect
   */
  public void write(Path directory) throws IOException {
    new Profile(
            plain.format(),
            plain.ratios(),
            plain.thresholds(),
            plain.keepRatios(),
            plain.loadSwing(),
            plain.reanalysisCooldown(),
            sets.ratio(),
            measured())
        .write(directory);
  }
}
