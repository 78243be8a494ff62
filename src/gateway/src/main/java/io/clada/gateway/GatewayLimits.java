package io.clada.gateway;

import java.time.Duration;

/**
 * What a client can take of a gateway.
 *
 * @param streams answers at a time, more are refused with 429
 * @param bodyBytes of a request
 * @param headerBytes of a request's headers
 * @param idle how long a connection may lie still, and a client may leave its answer unread
 * @param heartbeat how long nothing may be sent of a stream before a comment is, to keep proxies
 *     patient: the impatient ones give up after 30 s
 * @param silence how long to wait for a fleet's next token
 */
public record GatewayLimits(
    int streams,
    int bodyBytes,
    int headerBytes,
    Duration idle,
    Duration heartbeat,
    Duration silence) {
  /** Room for the largest prompt that a worker takes by default, escaped. */
  public static final GatewayLimits DEFAULT =
      new GatewayLimits(
          1000,
          1024 * 1024,
          16 * 1024,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));

  /** The same for another number of answers at a time. */
  public GatewayLimits withStreams(int most) {
    return new GatewayLimits(most, bodyBytes, headerBytes, idle, heartbeat, silence);
  }
}
