package io.clada.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.client.ClientException;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that can be asked for, as far as is known: those that the gateway was told of, and
 * those whose thresholds the fleet has published. Which a request may name is the workers' to say.
 *
 * <p>A thread of its own looks every few seconds, so that brokers that do not answer hold up no
 * thread of the server's.
 */
final class FleetModels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FleetModels.class);
  private static final long PERIOD_MILLIS = 5_000;

  private final Supplier<Set<String>> fleet;
  private final long since;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(FleetModels::daemon);
  private volatile Known known;

  /**
   * @param trouble what keeps the fleet from answering; null if nothing does
   */
  private record Known(SortedSet<String> names, @Nullable String trouble) {}

  /**
   * @param fleet asks it; throws {@link ClientException} where it does not answer
   * @param since in seconds since 1970, what is told of every model's age
   */
  FleetModels(Supplier<Set<String>> fleet, Collection<String> told, long since) {
    this.fleet = fleet;
    this.since = since;
    known = new Known(new TreeSet<>(told), "the fleet has not been asked yet");
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-gateway-models");
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to look. */
  void start() {
    var unused =
        looking.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    SortedSet<String> names = new TreeSet<>(known.names());
    String trouble = null;
    try {
      names.addAll(fleet.get());
    } catch (ClientException e) {
      trouble = e.getMessage();
    } catch (RuntimeException e) {
      log.error("Models could not be looked for", e); // and would never be again
      trouble = e.toString();
    }
    known = new Known(names, trouble);
  }

  /** What kept the fleet from answering a few seconds ago; null if nothing did. */
  @Nullable String trouble() {
    return known.trouble();
  }

  ObjectNode list() {
    ObjectNode json = Json.object().put("object", "list");
    ArrayNode data = json.putArray("data");
    known.names().forEach(name -> data.add(model(name)));
    return json;
  }

  /**
   * @throws ApiException if it is not known
   */
  ObjectNode find(String name) {
    if (!known.names().contains(name)) {
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

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
