package io.clada.cli;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A request and what must come of it.
 *
 * @param id also its key
 * @param request null for bytes that are none
 * @param valid whether it can be answered
 * @param at when it is posted, since the beginning
 * @param cancelAfter when a tombstone follows, since then; null: none does
 */
record ChaosRequest(
    String id, GenerationRequest request, boolean valid, Duration at, Duration cancelAfter) {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private static final List<String> BEGINNINGS =
      List.of(
          "once upon a time there was",
          "one day a girl named lily",
          "the little dog ran",
          "tom and his friend went to",
          "it was a sunny day and",
          "a big bear lived in",
          "the boat was very old");

  /** The same for the same seed, count and length. */
  static List<ChaosRequest> of(long seed, int count, Duration length) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToObj(i -> of(random, i, count, length)).toList();
  }

  private static ChaosRequest of(Random random, int i, int count, Duration length) {
    String id = "request-" + i;
    Duration at = length.multipliedBy(i).dividedBy(count);
    GenerationRequest.Builder request =
        GenerationRequest.newBuilder()
            .setPrompt(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())) + " " + i)
            .setMaxNewTokens(1 + random.nextInt(220))
            .setSeed(random.nextLong())
            .setPriority(PRIORITIES.get(random.nextInt(PRIORITIES.size())))
            .setTenant("tenant-" + random.nextInt(3));
    Duration cancelAfter =
        random.nextInt(10) == 0 ? Duration.ofMillis(random.nextInt(3_000)) : null;
    switch (random.nextInt(20)) {
      case 0 -> {
        return new ChaosRequest(id, request.setTemperature(9.0).build(), false, at, null);
      }
      case 1 -> {
        return new ChaosRequest(id, null, false, at, null);
      }
      case 2, 3, 4 -> request.setMode(Mode.CLADA);
      case 5, 6 -> request.setMode(Mode.GRIFFIN).setTemperature(1.0);
      case 7, 8 -> request.setMode(Mode.EXACT);
      default -> request.setMode(Mode.DENSE).setDoSample(false);
    }
    return new ChaosRequest(id, request.build(), true, at, cancelAfter);
  }

  /** Whether every token of the answer is known beforehand. */
  boolean isDenseGreedy() {
    return valid && request.getMode() == Mode.DENSE && Boolean.FALSE.equals(request.getDoSample());
  }

  static byte[] garbage() {
    return "not Avro".getBytes(StandardCharsets.UTF_8);
  }
}
