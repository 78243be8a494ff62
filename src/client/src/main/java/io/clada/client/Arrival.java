package io.clada.client;

import io.clada.schemas.TokenEvent;

/** An event and its place in the topic of tokens. */
record Arrival(TokenEvent event, int partition, long offset) {}
