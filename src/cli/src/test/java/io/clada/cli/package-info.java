/** The command line, tested with the demo model on a real embedded broker. */
@NullMarked
package io.clada.cli;

import org.jspecify.annotations.NullMarked;
