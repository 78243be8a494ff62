/** The embedded broker and registry, used as real clients use them. */
@NullMarked
package io.clada.embedded;

import org.jspecify.annotations.NullMarked;
