package io.clada.schemas.registry;

import org.apache.avro.Schema;

/**
 * One version of a subject's schema.
 *
 * @param version number within the subject, from 1
 * @param id number of the schema's content, the same under every subject; the one in front of each
 *     message
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
