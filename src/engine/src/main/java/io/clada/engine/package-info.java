/**
 * Training-free sparse generation with CLADA (arXiv 2502.19078): a model directory in, tokens out.
 * Knows nothing of Kafka.
 */
@NullMarked
package io.clada.engine;

import org.jspecify.annotations.NullMarked;
