/** The topics: their names, their configuration, and their creation. */
@NullMarked
package io.clada.schemas.topics;

import org.jspecify.annotations.NullMarked;
