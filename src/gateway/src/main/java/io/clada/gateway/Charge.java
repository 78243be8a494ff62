package io.clada.gateway;

import io.github.bucket4j.Bucket;
import org.jspecify.annotations.Nullable;

/** What a request has taken of its key's allowance. */
final class Charge {
  /** Where nobody counts. */
  static final Charge NONE = new Charge(null, 0);

  private final @Nullable Bucket bucket;
  private long taken;

  Charge(@Nullable Bucket bucket, long taken) {
    this.bucket = bucket;
    this.taken = taken;
  }

  /** Corrects it to what it has turned out to be; the last call counts. */
  void settle(long tokens) {
    if (bucket == null) {
      return;
    }
    synchronized (this) {
      if (tokens > taken) {
        bucket.consumeIgnoringRateLimits(tokens - taken);
      } else if (tokens < taken) {
        bucket.addTokens(taken - tokens);
      }
      taken = tokens;
    }
  }
}
