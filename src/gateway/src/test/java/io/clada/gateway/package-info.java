/** The gateway on a real broker, before a fleet that does as the tests say. */
@NullMarked
package io.clada.gateway;

import org.jspecify.annotations.NullMarked;
