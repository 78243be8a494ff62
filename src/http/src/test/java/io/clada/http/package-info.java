/** The server as an unfriendly client meets it. */
@NullMarked
package io.clada.http;

import org.jspecify.annotations.NullMarked;
