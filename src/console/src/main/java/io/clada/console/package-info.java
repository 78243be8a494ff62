/**
 * A page to talk to a fleet and to watch it. {@link io.clada.console.ConsoleHandler} puts it into
 * an HTTP server.
 */
@NullMarked
package io.clada.console;

import org.jspecify.annotations.NullMarked;
