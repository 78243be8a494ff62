package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a telemetry record must fulfil to be counted: one bad worker must not bend the fleet. */
final class TelemetryRules {
  private static final float ROUNDING = 1e-3f;

  private TelemetryRules() {}

  /**
   * @throws MalformedTelemetryException naming the field
   */
  static LoadTelemetry checked(@Nullable LoadTelemetry telemetry) {
    if (telemetry == null) {
      throw new MalformedTelemetryException("telemetry without a value");
    }
    require(!telemetry.getModel().isBlank(), "model", "is empty");
    require(telemetry.getModel().indexOf('\0') < 0, "model", "holds a zero character");
    int tokens = telemetry.getTokens();
    notNegative("tokens", tokens);
    notNegative("low_load_tokens", telemetry.getLowLoadTokens());
    notNegative("medium_load_tokens", telemetry.getMediumLoadTokens());
    notNegative("high_load_tokens", telemetry.getHighLoadTokens());
    notNegative("reanalyses", telemetry.getReanalyses());
    notNegative("decode_seconds", telemetry.getDecodeSeconds());
    perToken("surprisals", telemetry.getSurprisals(), tokens);
    perToken("entropies", telemetry.getEntropies(), tokens);
    share("active_neuron_ratio", telemetry.getActiveNeuronRatio());
    share("weights_read_ratio", telemetry.getWeightsReadRatio());
    for (float ratio : telemetry.getActiveNeuronRatioByLayer()) {
      share("active_neuron_ratio_by_layer", ratio);
    }
    return telemetry;
  }

  private static void notNegative(String field, double value) {
    require(value >= 0 && Double.isFinite(value), field, "is " + value);
  }

  private static void share(String field, float value) {
    require(value >= 0 && value <= 1 + ROUNDING, field, "is " + value + ", not from 0 to 1");
  }

  private static void perToken(String field, List<Float> values, int tokens) {
    require(
        values.size() <= tokens,
        field,
        "holds " + values.size() + " values for " + tokens + " tokens");
    for (float value : values) {
      require(value >= -ROUNDING, field, "holds " + value);
    }
  }

  private static void require(boolean fulfilled, String field, String problem) {
    if (!fulfilled) {
      throw new MalformedTelemetryException("telemetry: " + field + " " + problem);
    }
  }
}
