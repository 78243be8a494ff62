package io.clada.worker;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How the stores' changelogs are kept. A dead worker's successor reads them to their end before it
 * goes on with an answer, so they must stay short: of what a request writes nothing is left once it
 * has ended, but a broker's own defaults keep it for a gigabyte, and the traces of its deletion for
 * a day.
 */
final class Changelogs {
  /**
   * How long a broker keeps the trace of a deletion. Who reads more slowly, or sleeps longer in
   * between, may miss one and take up a request that has ended: {@link ClockWatch} ends a worker
   * that has slept, and {@link IdleStores} go.
   */
  static final Duration DELETIONS_KEPT = Duration.ofMinutes(10);

  /**
   * After which a store that nobody writes to is not brought up to date any more, but read anew.
   */
  static final Duration MOST_IDLE = DELETIONS_KEPT.dividedBy(2);

  private static final Duration COMPACTED_WITHIN = Duration.ofMinutes(1);
  private static final int SEGMENT_BYTES = 16 << 20;

  /** A broker's own. */
  private static final int MAX_MESSAGE_BYTES = (1 << 20) + 12;

  private Changelogs() {}

  /**
   * @param largest record, in bytes
   */
  static Map<String, String> settings(int largest) {
    return Map.of(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        String.valueOf(Math.max(MAX_MESSAGE_BYTES, largest)),
        TopicConfig.SEGMENT_BYTES_CONFIG,
        String.valueOf(Math.max(SEGMENT_BYTES, largest)),
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
        String.valueOf(COMPACTED_WITHIN.toMillis()),
        TopicConfig.DELETE_RETENTION_MS_CONFIG,
        String.valueOf(DELETIONS_KEPT.toMillis()));
  }
}
