/**
 * The policy: what to keep at each step, and how cognitive load moves it. Pure Java, internal to
 * the engine.
 */
@NullMarked
package io.clada.engine.clada;

import org.jspecify.annotations.NullMarked;
