package io.clada.worker;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The members of the consumer group, as each assignment tells them to all: every worker joins under
 * a name in {@code application.server}, which Kafka Streams hands round for exactly that. A worker
 * that is alive, but has given a partition away, is still there; one that crashed is not, since the
 * assignment that gave its partitions to others was made without it.
 */
final class StreamsFleet implements Fleet {
  private final String self = "clada-" + UUID.randomUUID();
  private volatile @Nullable KafkaStreams streams;

  /** Value of {@code application.server}; nobody connects to it. */
  String applicationServer() {
    return self + ":1";
  }

  void joined(KafkaStreams joined) {
    streams = joined;
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public boolean hasLost(String worker) {
    Set<String> members = members();
    return members.contains(self) && !members.contains(worker);
  }

  private Set<String> members() {
    KafkaStreams current = streams;
    if (current == null) {
      return Set.of();
    }
    try {
      return current.metadataForAllStreamsClients().stream()
          .map(member -> member.hostInfo().host())
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of(); // it is being closed
    }
  }
}
