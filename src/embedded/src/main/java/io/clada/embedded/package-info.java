/**
 * Real Kafka and a schema registry in this JVM, for the demo, one developer's machine and tests.
 */
@NullMarked
package io.clada.embedded;

import org.jspecify.annotations.NullMarked;
