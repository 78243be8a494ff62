package io.clada.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a model fares; means are NaN where it generated nothing lately.
 *
 * @param tokensPerSecond of all workers together
 * @param requestsPerMinute that ended
 * @param streamTokensPerSecond of one request
 * @param queued requests that wait in a worker
 * @param running requests that a worker generates for
 * @param thresholds in force, as published; null: none yet
 */
record ModelStatus(
    String model,
    double tokensPerSecond,
    double requestsPerMinute,
    double streamTokensPerSecond,
    double weightsRead,
    double neurons,
    double low,
    double medium,
    double high,
    double queued,
    double running,
    @Nullable JsonNode thresholds) {

  static ModelStatus of(String model, LastMinute traffic, @Nullable JsonNode thresholds) {
    return new ModelStatus(
        model,
        traffic.perSecond("tokens"),
        60 * traffic.perSecond("requests"),
        traffic.mean("tokens_per_second"),
        traffic.mean("weights_read_ratio"),
        traffic.mean("active_neuron_ratio"),
        traffic.mean("low_load_share"),
        traffic.mean("medium_load_share"),
        traffic.mean("high_load_share"),
        traffic.mean("queued_requests"),
        traffic.mean("running_requests"),
        thresholds);
  }

  /** Percent of low, medium and high load. */
  String loadMix() {
    return Double.isNaN(low)
        ? "-"
        : String.format(Locale.ROOT, "%.0f/%.0f/%.0f", 100 * low, 100 * medium, 100 * high);
  }

  /** With their version, and what holds them. */
  String thresholdsText() {
    if (thresholds == null) {
      return "-";
    }
    return String.format(
        Locale.ROOT,
        "%.3f / %.3f (%d%s)",
        thresholds.path("surprisal").asDouble(),
        thresholds.path("entropy").asDouble(),
        thresholds.path("version").asLong(),
        thresholds.path("pinned").asBoolean() ? ", pinned" : "");
  }

  double keepRatioOffset() {
    return thresholds == null ? 0 : thresholds.path("keep_ratio_offset").asDouble();
  }

  /** With the names of the published records; what is not known is left out. */
  void writeTo(ObjectNode json) {
    json.put("model", model);
    put(json, "tokens_per_second", tokensPerSecond);
    put(json, "requests_per_minute", requestsPerMinute);
    put(json, "stream_tokens_per_second", streamTokensPerSecond);
    put(json, "weights_read_ratio", weightsRead);
    put(json, "active_neuron_ratio", neurons);
    put(json, "low_load_share", low);
    put(json, "medium_load_share", medium);
    put(json, "high_load_share", high);
    put(json, "queued_requests", queued);
    put(json, "running_requests", running);
    if (thresholds != null) {
      for (String field : List.of("surprisal", "entropy", "version", "pinned")) {
        json.withObject("/thresholds").set(field, thresholds.path(field));
      }
      put(json, "keep_ratio_offset", keepRatioOffset());
    }
  }

  private static void put(ObjectNode json, String name, double value) {
    if (!Double.isNaN(value)) {
      json.put(name, Math.rint(1e4 * value) / 1e4);
    }
  }
}
