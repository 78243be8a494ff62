package io.clada.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.client.ClientException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that can be asked for, as far as is known: those that the gateway was told of, and
 * those whose thresholds the fleet has published. Which a request may name is the workers' to say.
 */
final class FleetModels {
  private static final long FRESH_NANOS = 5_000_000_000L;

  private final Supplier<Set<String>> fleet;
  private final Set<String> names;
  private final long since;
  private @Nullable String trouble;
  private long askedNanos;
  private boolean asked;

  /**
   * @param fleet asks it; throws {@link ClientException} where it does not answer
   * @param since in seconds since 1970, what is told of every model's age
   */
  FleetModels(Supplier<Set<String>> fleet, Collection<String> told, long since) {
    this.fleet = fleet;
    this.since = since;
    names = new TreeSet<>(told);
  }

  /** What keeps the fleet from answering, as of a few seconds ago; null if nothing does. */
  synchronized @Nullable String trouble() {
    refresh();
    return trouble;
  }

  synchronized ObjectNode list() {
    refresh();
    ObjectNode json = Json.object().put("object", "list");
    ArrayNode data = json.putArray("data");
    names.forEach(name -> data.add(model(name)));
    return json;
  }

  /**
   * @throws ApiException if it is not known
   */
  synchronized ObjectNode find(String name) {
    refresh();
    if (!names.contains(name)) {
      throw ApiException.unknownModel(name);
    }
    return model(name);
  }

  private ObjectNode model(String name) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", since)
        .put("owned_by", "clada");
  }

  private void refresh() {
    long now = System.nanoTime();
    if (asked && now - askedNanos < FRESH_NANOS) {
      return;
    }
    asked = true;
    try {
      names.addAll(fleet.get());
      trouble = null;
    } catch (ClientException e) {
      trouble = e.getMessage();
    }
    askedNanos = System.nanoTime();
  }
}
