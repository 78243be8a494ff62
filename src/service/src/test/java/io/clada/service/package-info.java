/** The server as an unfriendly client meets it. */
@NullMarked
package io.clada.service;

import org.jspecify.annotations.NullMarked;
