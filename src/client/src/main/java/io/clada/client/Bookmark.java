package io.clada.client;

/**
 * A place in an answer to go on reading from, also by another client or after a restart. It holds
 * as long as the topic keeps its tokens (1 day, unless configured otherwise).
 *
 * @param id of the request
 * @param partition of the topic of tokens
 * @param offset of the first record that was not read
 * @param nextIndex {@code token_index} of the first token that was not read
 */
public record Bookmark(String id, int partition, long offset, int nextIndex) {}
