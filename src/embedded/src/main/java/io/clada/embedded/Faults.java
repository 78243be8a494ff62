package io.clada.embedded;

import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's own factory halts the process at a fatal fault; inside somebody else's JVM the fault is
 * logged, and thrown to whoever starts the broker.
 */
final class Faults implements FaultHandlerFactory {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return new FaultHandler() {
      @Override
      public RuntimeException handleFault(String message, @Nullable Throwable cause) {
        if (name.endsWith("startup")) {
          LOG.debug("{}: {}", name, message, cause); // Kafka throws it as well.
        } else if (fatal) {
          LOG.error("{}: {}", name, message, cause);
        } else {
          LOG.warn("{}: {}", name, message, cause);
        }
        action.run();
        return new IllegalStateException(name + ": " + message, cause);
      }
    };
  }
}
