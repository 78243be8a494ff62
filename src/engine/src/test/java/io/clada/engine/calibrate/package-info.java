@NullMarked
package io.clada.engine.calibrate;

import org.jspecify.annotations.NullMarked;
