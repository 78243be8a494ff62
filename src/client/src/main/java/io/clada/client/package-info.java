/**
 * Posts requests to a CLADA fleet over Kafka and follows their answers. {@link
 * io.clada.client.CladaClient} is where to begin.
 */
@NullMarked
package io.clada.client;

import org.jspecify.annotations.NullMarked;
