/** The JDK's HTTP server with the limits that every endpoint of CLADA's own has. */
@NullMarked
package io.clada.http;

import org.jspecify.annotations.NullMarked;
