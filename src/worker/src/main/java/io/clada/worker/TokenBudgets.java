package io.clada.worker;

import java.util.HashMap;
import java.util.Map;

/**
 * How many tokens each tenant may use per minute: a bucket that holds one minute's worth and fills
 * steadily. A request may begin while there is anything in it, and what it takes may leave the
 * bucket in debt, since nobody knows beforehand how much that is; the debt is paid before the
 * tenant's next request begins, so that nobody waits for ever. Full after a restart.
 */
final class TokenBudgets {
  private static final double MINUTE_MS = 60_000;

  private final TenantTable perMinute;
  private final Map<String, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    private double tokens;
    private long atMs;

    private Bucket(double tokens, long atMs) {
      this.tokens = tokens;
      this.atMs = atMs;
    }
  }

  TokenBudgets(TenantTable perMinute) {
    this.perMinute = perMinute;
  }

  boolean allows(String tenant, long nowMs) {
    Bucket bucket = buckets.get(tenant);
    if (bucket == null) {
      return true;
    }
    refill(tenant, bucket, nowMs);
    if (bucket.tokens >= perMinute.of(tenant)) {
      buckets.remove(tenant); // full, as one that nobody has touched
    }
    return bucket.tokens > 0;
  }

  void spend(String tenant, int tokens, long nowMs) {
    double full = perMinute.of(tenant);
    if (full == Double.POSITIVE_INFINITY) {
      return;
    }
    Bucket bucket = buckets.computeIfAbsent(tenant, name -> new Bucket(full, nowMs));
    refill(tenant, bucket, nowMs);
    bucket.tokens -= tokens;
  }

  private void refill(String tenant, Bucket bucket, long nowMs) {
    double full = perMinute.of(tenant);
    long elapsedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(full, bucket.tokens + full * elapsedMs / MINUTE_MS);
    bucket.atMs = Math.max(bucket.atMs, nowMs);
  }
}
