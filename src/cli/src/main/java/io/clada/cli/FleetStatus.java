package io.clada.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the topology's instances say of all models, each of which one of them holds.
 *
 * @param now by the clock of an instance
 * @param models by name
 * @param held partitions that the instances asked hold together
 * @param partitions how many there are
 * @param silent what is wrong with instances that did not answer
 */
record FleetStatus(
    Instant now, List<ModelStatus> models, int held, int partitions, List<String> silent) {

  /**
   * Asks every instance.
   *
   * @throws CliException if none answers
   */
  static FleetStatus ask(List<StatusSource> instances) throws InterruptedException {
    Pages pages = new Pages();
    List<String> silent = new ArrayList<>();
    CliException last = null;
    for (StatusSource instance : instances) {
      try {
        pages.add(instance.page("thresholds"), instance.page("windows"));
      } catch (CliException e) {
        silent.add(String.valueOf(e.getMessage()));
        last = e;
      }
    }
    if (last != null && silent.size() == instances.size()) {
      throw last;
    }
    return pages.status(silent);
  }

  /** The instances' answers, put together. While a partition moves two may answer for it. */
  static final class Pages {
    private final Map<String, JsonNode> thresholds = new TreeMap<>();
    private final Map<String, Map<String, JsonNode>> windows = new TreeMap<>();
    private final TreeSet<Integer> held = new TreeSet<>();
    private int partitions;
    private long now;

    void add(JsonNode thresholdsPage, JsonNode windowsPage) {
      now = Math.max(now, moment(windowsPage.path("now").asText()));
      partitions = Math.max(partitions, windowsPage.path("of").asInt());
      windowsPage.path("partitions").forEach(partition -> held.add(partition.asInt()));
      for (JsonNode row : thresholdsPage.path("thresholds")) {
        thresholds.merge(row.path("model").asText(), row, (a, b) -> newer(a, b, "version"));
      }
      for (JsonNode row : windowsPage.path("windows")) {
        if (row.path("mode").isNull() && row.path("tenant").isNull()) {
          windows
              .computeIfAbsent(row.path("model").asText(), model -> new HashMap<>())
              .merge(
                  row.path("window_start").asText() + row.path("window_end").asText(),
                  row,
                  (a, b) -> newer(a, b, "tokens"));
        }
      }
    }

    private static long moment(String text) {
      try {
        return Instant.parse(text).toEpochMilli();
      } catch (DateTimeParseException e) {
        throw new CliException("--url: what answers there is no topology of CLADA", e);
      }
    }

    FleetStatus status(List<String> silent) {
      return new FleetStatus(
          Instant.ofEpochMilli(now), models(), held.size(), partitions, List.copyOf(silent));
    }

    private static JsonNode newer(JsonNode a, JsonNode b, String field) {
      return a.path(field).asLong() < b.path(field).asLong() ? b : a;
    }

    private List<ModelStatus> models() {
      TreeSet<String> names = new TreeSet<>(thresholds.keySet());
      names.addAll(windows.keySet());
      return names.stream()
          .map(
              name ->
                  ModelStatus.of(
                      name,
                      lately(windows.getOrDefault(name, Map.of()).values()),
                      thresholds.get(name)))
          .toList();
    }

    /** The shorter windows alone: the longer ones hold the same traffic. */
    private LastMinute lately(Collection<JsonNode> all) {
      long shortest = all.stream().mapToLong(Pages::length).min().orElse(1);
      return new LastMinute(
          all.stream().filter(window -> length(window) == shortest).toList(), now, shortest);
    }

    private static long length(JsonNode window) {
      return LastMinute.end(window) - LastMinute.start(window);
    }
  }
}
