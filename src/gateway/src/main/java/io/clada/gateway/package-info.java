/**
 * OpenAI's HTTP API in front of a CLADA fleet. {@link io.clada.gateway.GatewayServer} is where to
 * begin.
 */
@NullMarked
package io.clada.gateway;

import org.jspecify.annotations.NullMarked;
