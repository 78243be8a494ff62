/** The template language against Python's own, and against templates that mean harm. */
@NullMarked
package io.clada.engine.text.jinja;

import org.jspecify.annotations.NullMarked;
