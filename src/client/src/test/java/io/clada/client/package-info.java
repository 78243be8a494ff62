/** The client on a real broker, with answers that the tests write themselves. */
@NullMarked
package io.clada.client;

import org.jspecify.annotations.NullMarked;
