/** The console over HTTP, and in a real browser before a real fleet. */
@NullMarked
package io.clada.console;

import org.jspecify.annotations.NullMarked;
