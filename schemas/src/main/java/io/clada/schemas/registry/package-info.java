/**
 * Clients of a schema registry that speaks Confluent's REST API, and an embedded one. Everything
 * here may be used from several threads.
 */
@NullMarked
package io.clada.schemas.registry;

import org.jspecify.annotations.NullMarked;
