/**
 * Generates on behalf of Kafka: requests in, tokens and telemetry out, in one transaction each with
 * what a successor needs to go on after the last committed token.
 */
@NullMarked
package io.clada.worker;

import org.jspecify.annotations.NullMarked;
