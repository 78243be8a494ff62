/** Tests of the worker, against a scripted engine. */
@NullMarked
package io.clada.worker;

import org.jspecify.annotations.NullMarked;
