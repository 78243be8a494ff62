package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a telemetry record must fulfil to be counted: one bad worker must not bend the fleet. */
final class TelemetryRules {
  private static final float ROUNDING = 1e-3f;
  private static final int LONGEST_NAME = 300;

  /** Far more than mode EXACT reads for a token whose drafts were all wrong. */
  private static final float MOST_READ = 100;

  private TelemetryRules() {}

  /**
   * @throws MalformedTelemetryException naming the field
   */
  static LoadTelemetry checked(@Nullable LoadTelemetry telemetry) {
    if (telemetry == null) {
      throw new MalformedTelemetryException("telemetry without a value");
    }
    name("model", telemetry.getModel());
    if (telemetry.getTenant() != null) {
      name("tenant", telemetry.getTenant());
    }
    int tokens = telemetry.getTokens();
    notNegative("tokens", tokens);
    notNegative("low_load_tokens", telemetry.getLowLoadTokens());
    notNegative("medium_load_tokens", telemetry.getMediumLoadTokens());
    notNegative("high_load_tokens", telemetry.getHighLoadTokens());
    notNegative("reanalyses", telemetry.getReanalyses());
    notNegative("drafted_tokens", telemetry.getDraftedTokens());
    notNegative("accepted_drafts", telemetry.getAcceptedDrafts());
    notNegative("queued_requests", telemetry.getQueuedRequests());
    notNegative("running_requests", telemetry.getRunningRequests());
    notNegative("decode_seconds", telemetry.getDecodeSeconds());
    if (telemetry.getTimeToFirstTokenSeconds() != null) {
      notNegative("time_to_first_token_seconds", telemetry.getTimeToFirstTokenSeconds());
    }
    perToken("surprisals", telemetry.getSurprisals(), tokens);
    perToken("entropies", telemetry.getEntropies(), tokens);
    share("active_neuron_ratio", telemetry.getActiveNeuronRatio());
    float read = telemetry.getWeightsReadRatio();
    require(read >= 0 && read <= MOST_READ, "weights_read_ratio", "is " + read);
    for (float ratio : telemetry.getActiveNeuronRatioByLayer()) {
      share("active_neuron_ratio_by_layer", ratio);
    }
    return telemetry;
  }

  /** Part of the stores' keys, and of what is published. */
  static void name(String field, String name) {
    require(!name.isBlank(), field, "is empty");
    require(name.length() <= LONGEST_NAME, field, "is longer than " + LONGEST_NAME + " characters");
    require(name.chars().noneMatch(Character::isISOControl), field, "holds a control character");
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
