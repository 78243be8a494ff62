package io.clada.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.schemas.Backbone;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.neurons.Levels;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The state of an instance as JSON; fields are named as in the published records. */
final class StatusPages {
  /** Of a table; more are cut off, and the answer says so. */
  static final int MOST_ROWS = 1000;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final LocalStores stores;
  private final WindowRule windows;

  StatusPages(LocalStores stores, WindowRule windows) {
    this.stores = stores;
    this.windows = windows;
  }

  enum Table {
    THRESHOLDS,
    BACKBONE,
    WINDOWS
  }

  /**
   * @param model null: all
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while partitions move
   */
  String json(Table table, @Nullable String model) {
    LocalStores.Share share = table == Table.BACKBONE ? stores.layers() : stores.updates();
    ObjectNode page = MAPPER.createObjectNode();
    page.put("now", Instant.now().toString());
    page.put("complete", share.isWhole());
    ArrayNode held = page.putArray("partitions");
    share.held().forEach(held::add);
    page.put("of", share.all());
    Rows rows = new Rows(page.putArray(table.name().toLowerCase(Locale.ROOT)), model);
    switch (table) {
      case THRESHOLDS ->
          rows.fill(FleetThresholds.PUBLISHED, Thresholds::getModel, StatusPages::fields);
      case BACKBONE -> rows.fill(FleetBackbone.PUBLISHED, Backbone::getModel, StatusPages::summary);
      case WINDOWS -> {
        rows.fill(WindowStats.LONG_WINDOWS, Partial::model, open(windows.longWindow()));
        rows.fill(WindowStats.WINDOWS, Partial::model, open(windows.window()));
        rows.<SparsityStats>fill(
            WindowStats.CLOSED,
            SparsityStats::getModel,
            closed -> fields(closed).put("open", false));
      }
    }
    return page.put("truncated", rows.truncated).toString() + "\n";
  }

  /** Rows of a page, of one model or all, up to the most there may be. */
  private final class Rows {
    private final ArrayNode rows;
    private final @Nullable String model;
    private boolean truncated;

    Rows(ArrayNode rows, @Nullable String model) {
      this.rows = rows;
      this.model = model;
    }

    <V> void fill(String store, Function<V, String> modelOf, Function<V, ObjectNode> row) {
      stores.<V>forEach(
          store,
          value -> {
            if (model != null && !model.equals(modelOf.apply(value))) {
              return;
            }
            if (rows.size() < MOST_ROWS) {
              rows.add(row.apply(value));
            } else {
              truncated = true;
            }
          });
    }
  }

  /** What a window would say if it closed now. */
  private Function<Partial, ObjectNode> open(Duration length) {
    return window -> {
      Progress progress = stores.progress(window.model());
      long late = progress == null ? 0 : progress.lateRecords();
      return fields(StatsReport.of(window, window.start() + length.toMillis(), late))
          .put("open", true);
    };
  }

  private static ObjectNode summary(Backbone layer) {
    Levels levels = new Levels(layer.getScale(), layer.getLevels());
    return MAPPER
        .createObjectNode()
        .put("model", layer.getModel())
        .put("layer", layer.getLayer())
        .put("version", layer.getVersion())
        .put("requests", layer.getRequests())
        .put("computed_at", layer.getComputedAt().toString())
        .put("neurons", levels.size())
        .put("neurons_with_half_the_energy", levels.withHalf());
  }

  /** Avro's own rendering is JSON. */
  private static ObjectNode fields(SpecificRecord value) {
    try {
      return (ObjectNode) MAPPER.readTree(value.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
