/** How neurons' shares of a layer's energy are written in eight bits each. */
@NullMarked
package io.clada.schemas.neurons;

import org.jspecify.annotations.NullMarked;
