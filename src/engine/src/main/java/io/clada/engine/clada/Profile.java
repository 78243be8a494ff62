package io.clada.engine.clada;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.engine.ModelLoadException;
import io.clada.engine.decoder.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model's base thresholds, made offline on calibration text (method, section 3): the file {@code
 * clada-profile.json} beside the model. Lists over matrices have one entry per layer and {@link
 * Site}, {@code [layers * 4]}.
 *
 * @param format version of the file's layout, 1
 * @param ratios shares of inputs, ascending, at which the thresholds were measured
 * @param thresholds per matrix and ratio, the magnitude that this share of its inputs reaches
 * @param keepRatios per matrix, the share of its inputs that a step keeps; 1 is dense
 * @param loadSwing added to the ratios after a token of high load and taken off after one of low
 *     load
 * @param reanalysisCooldown least tokens between two dense looks back; 0: there are none
 * @param setRatio share of each layer's neurons in a set that a batch shares; null: a batch is
 *     dense
 * @param measured what was measured with these settings, for people: names and values
 */
public record Profile(
    @JsonProperty(required = true) int format,
    @JsonProperty(required = true) List<Double> ratios,
    @JsonProperty(required = true) List<List<Double>> thresholds,
    @JsonProperty(value = "keep_ratios", required = true) List<Double> keepRatios,
    @JsonProperty(value = "load_swing", required = true) double loadSwing,
    @JsonProperty("reanalysis_cooldown") int reanalysisCooldown,
    @JsonProperty("set_ratio") @Nullable Double setRatio,
    @JsonProperty("measured") Map<String, Object> measured) {
  /** The shares at which thresholds are measured where no profile says others. */
  public static final List<Double> RATIOS =
      IntStream.rangeClosed(1, 19).mapToObj(i -> i / 20.0).toList();

  static final String FILE = "clada-profile.json";
  private static final long MAX_BYTES = 16L << 20;

  public Profile {
    ratios = List.copyOf(ratios);
    thresholds = thresholds.stream().map(List::copyOf).toList();
    keepRatios = List.copyOf(keepRatios);
    measured = Collections.unmodifiableMap(new TreeMap<>(measured == null ? Map.of() : measured));
  }

  /**
   * Reads the profile beside a model; null if there is none.
   *
   * @throws ModelLoadException if it cannot be read or does not fit the model
   */
  public static @Nullable Profile of(Path model, int layers) {
    Path file = model.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelLoadException(FILE + ": larger than " + MAX_BYTES + " bytes");
      }
      Profile profile = new ObjectMapper().readValue(file.toFile(), Profile.class);
      profile.check(layers);
      return profile;
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(
          FILE + ": " + e.getOriginalMessage() + "; remove the file to run without a profile", e);
    } catch (IOException e) {
      throw new ModelLoadException(FILE + ": " + e.getMessage(), e);
    }
  }

  /** Writes the profile beside a model. */
  public void write(Path model) throws IOException {
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(model.resolve(FILE).toFile(), this);
  }

  private void check(int layers) {
    int matrices = layers * Site.COUNT;
    require(format == 1, "format " + format + " is not supported; supported: 1");
    require(
        keepRatios.size() == matrices,
        "keep_ratios has "
            + keepRatios.size()
            + " entries; the model has "
            + matrices
            + " matrices");
    require(
        keepRatios.stream().allMatch(ratio -> ratio > 0 && ratio <= 1),
        "keep_ratios must be above 0 and at most 1");
    require(
        thresholds.size() == matrices,
        "thresholds has " + thresholds.size() + " rows; the model has " + matrices + " matrices");
    require(
        ratios.size() > 1 && ratios.stream().sorted().distinct().toList().equals(ratios),
        "ratios must be ascending, at least two");
    require(
        thresholds.stream().allMatch(row -> row.size() == ratios.size()),
        "each row of thresholds must have one entry per ratio");
    require(reanalysisCooldown >= 0, "reanalysis_cooldown must not be negative");
    require(
        setRatio == null || (setRatio > 0 && setRatio <= 1),
        "set_ratio must be above 0 and at most 1");
    require(loadSwing >= 0 && loadSwing < 1, "load_swing must be in [0, 1)");
  }

  private static void require(boolean fine, String problem) {
    if (!fine) {
      throw new ModelLoadException(FILE + ": " + problem);
    }
  }
}
