package io.clada.bench;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Many requests posted at once, of every class and tenant alike, and what became of them. */
final class Burst {
  private static final Priority[] CLASSES = Priority.values();

  private final List<Request> requests = new ArrayList<>();
  private final Map<String, Request> byId;
  private int ended;
  private int terminals;

  /** One of them. Times are on {@link System#nanoTime}'s clock; 0: not yet. */
  static final class Request {
    private final String id;
    private final Priority priority;
    private final String tenant;
    private long begunNanos;
    private long endedNanos;
    private Finish finish = Finish.ERROR;

    private Request(String id, Priority priority, String tenant) {
      this.id = id;
      this.priority = priority;
      this.tenant = tenant;
    }

    String id() {
      return id;
    }

    Priority priority() {
      return priority;
    }

    boolean isAnswered() {
      return finish == Finish.LENGTH || finish == Finish.STOP;
    }

    GenerationRequest post(int tokens) {
      return GenerationRequest.newBuilder()
          .setPrompt("one day " + id + " went to the park and saw a big red ball")
          .setMode(Mode.DENSE)
          .setMaxNewTokens(tokens)
          .setTemperature(2.0)
          .setTopP(1.0)
          .setSeed(1L)
          .setPriority(priority)
          .setTenant(tenant)
          .build();
    }
  }

  Burst(int count, List<String> tenants) {
    for (int i = 0; i < count; i++) {
      Priority priority = CLASSES[i % CLASSES.length];
      String tenant = tenants.get(i / CLASSES.length % tenants.size());
      requests.add(new Request("request-" + i, priority, tenant));
    }
    byId = requests.stream().collect(Collectors.toMap(Request::id, request -> request));
  }

  List<Request> requests() {
    return requests;
  }

  /** Called by the consumer. */
  synchronized void arrived(Listener.Arrival arrival) {
    Request request = byId.get(arrival.id());
    if (request == null) {
      return;
    }
    Finish finish = arrival.token().getFinish();
    if (request.begunNanos == 0 && finish != Finish.OVERLOADED) {
      request.begunNanos = arrival.nanos();
    }
    if (finish != null) {
      terminals++;
      ended += request.endedNanos == 0 ? 1 : 0;
      notifyAll();
      request.endedNanos = arrival.nanos();
      request.finish = finish;
    }
  }

  /** Waits until so many requests have a terminal token. */
  synchronized void awaitEnded(int requests) throws InterruptedException {
    while (ended < requests) {
      wait();
    }
  }

  /** Terminal tokens: as many, if each request had one. */
  synchronized int terminals() {
    return terminals;
  }

  synchronized Map<Finish, Long> finishes() {
    return requests.stream()
        .collect(
            Collectors.groupingBy(request -> request.finish, TreeMap::new, Collectors.counting()));
  }

  /** Seconds after which the last request that was not taken in was told so. */
  synchronized double lastRefusalSeconds(long since) {
    return requests.stream()
            .filter(request -> !request.isAnswered())
            .mapToLong(request -> request.endedNanos - since)
            .max()
            .orElse(0)
        / 1e9;
  }

  /** Of a class that was answered, when those were begun. */
  synchronized Spread begun(Priority priority, long since) {
    return Spread.of(
        requests.stream()
            .filter(request -> request.priority == priority && request.isAnswered())
            .map(request -> request.begunNanos - since)
            .toList());
  }

  /** How many of each class were begun while the highest had one waiting. */
  synchronized Map<Priority, Long> begunWhileTheHighestWaited() {
    long until =
        answered(CLASSES[0]).stream().mapToLong(request -> request.begunNanos).max().orElse(0);
    Map<Priority, Long> counts = new EnumMap<>(Priority.class);
    for (Priority priority : CLASSES) {
      counts.put(priority, countBegun(answered(priority), until));
    }
    return counts;
  }

  /** How many of each tenant were begun while every tenant had one of this class waiting. */
  synchronized Map<String, Long> begunWhileAllWaited(Priority priority) {
    Map<String, List<Request>> tenants =
        answered(priority).stream()
            .collect(
                Collectors.groupingBy(
                    request -> request.tenant, TreeMap::new, Collectors.toList()));
    long until =
        tenants.values().stream()
            .map(
                all ->
                    all.stream()
                        .max(Comparator.comparingLong(request -> request.begunNanos))
                        .orElseThrow()
                        .begunNanos)
            .min(Comparator.naturalOrder())
            .orElse(0L);
    return tenants.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> countBegun(entry.getValue(), until),
                Long::sum,
                TreeMap::new));
  }

  private List<Request> answered(Priority priority) {
    return requests.stream()
        .filter(request -> request.priority == priority && request.isAnswered())
        .toList();
  }

  private static long countBegun(List<Request> among, long until) {
    return among.stream().filter(request -> request.begunNanos <= until).count();
  }
}
