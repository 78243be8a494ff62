package io.clada.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key that is known, and its allowance of tokens. */
final class ApiKey {
  private final byte[] hash;
  private final String tenant;
  private final long tokensPerMinute;
  private final @Nullable Bucket bucket;

  /**
   * @param hash SHA-256 of the key
   * @param tokensPerMinute 0: any number
   */
  ApiKey(byte[] hash, String tenant, long tokensPerMinute) {
    this.hash = hash.clone();
    this.tenant = tenant;
    this.tokensPerMinute = tokensPerMinute;
    bucket =
        tokensPerMinute == 0
            ? null
            : Bucket.builder()
                .addLimit(
                    limit ->
                        limit
                            .capacity(tokensPerMinute)
                            .refillGreedy(tokensPerMinute, Duration.ofMinutes(1)))
                .build();
  }

  String tenant() {
    return tenant;
  }

  /** In a time that says nothing of where they differ. */
  boolean hasHash(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  boolean isSameAs(ApiKey other) {
    return Arrays.equals(hash, other.hash)
        && tenant.equals(other.tenant)
        && tokensPerMinute == other.tokensPerMinute;
  }

  /**
   * Takes what a request may cost. One that may cost more than a minute's allowance takes all of
   * it.
   *
   * @throws ApiException if so much is not left, saying when it will be
   */
  Charge reserve(long tokens) {
    Bucket current = bucket;
    if (current == null) {
      return Charge.NONE;
    }
    long reserved = Math.max(1, Math.min(tokens, tokensPerMinute));
    ConsumptionProbe probe = current.tryConsumeAndReturnRemaining(reserved);
    if (probe.isConsumed()) {
      return new Charge(current, reserved);
    }
    long seconds = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(999).toSeconds();
    throw ApiException.limited(
        "rate_limit_exceeded",
        "this key's limit is %d tokens per minute; %d are left and the request may take %d. Try again in %d s"
            .formatted(tokensPerMinute, Math.max(0, probe.getRemainingTokens()), reserved, seconds),
        seconds);
  }
}
