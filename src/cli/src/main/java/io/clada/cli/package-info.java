/** The {@code clada} command: wires broker, worker, topology and engine together, and prints. */
@NullMarked
package io.clada.cli;

import org.jspecify.annotations.NullMarked;
