/** The client on a real broker, with answers that the tests write themselves. */
@NullMarked
package io.clada.gateway;

import org.jspecify.annotations.NullMarked;
