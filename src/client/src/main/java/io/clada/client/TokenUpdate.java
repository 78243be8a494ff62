package io.clada.client;

import io.clada.schemas.TokenEvent;

/**
 * A token that arrived.
 *
 * @param change what it did to its answer
 */
public record TokenUpdate(TokenEvent event, Answer.Change change) {}
