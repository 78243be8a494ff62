package io.clada.worker;

import io.clada.schemas.GenerationRequest;

/**
 * What a request asks for, as far as metrics tell requests apart.
 *
 * @param chat to answer a conversation, rather than to continue a prompt
 * @param model by name; empty: the default
 */
record Asked(boolean chat, String model) {
  static Asked of(GenerationRequest request) {
    return new Asked(!request.getMessages().isEmpty(), request.getModel());
  }
}
