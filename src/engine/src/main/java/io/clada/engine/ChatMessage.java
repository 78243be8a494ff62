package io.clada.engine;

/**
 * One message of a conversation, for the model's own chat template.
 *
 * @param role as the template knows it, usually "system", "user" or "assistant"
 * @param content the text
 */
public record ChatMessage(String role, String content) {}
