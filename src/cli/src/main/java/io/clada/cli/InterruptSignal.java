package io.clada.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C: the first ends the process with its shutdown hooks, one that comes while they run ends it
 * at once. Java's own handler ignores the second.
 *
 * <p>By reflection, since the compiler warns of {@code sun.misc.Signal} and cannot be told not to;
 * the module jdk.unsupported exports it until there is something else. Without it, or where the
 * Java runtime was told to leave signals alone (-Xrs), a second Ctrl-C does nothing.
 */
final class InterruptSignal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptSignal.class);

  private final BooleanSupplier ending;
  private final @Nullable Object previous;

  private InterruptSignal(BooleanSupplier ending) {
    this.ending = ending;
    this.previous = install(this::handler);
  }

  /**
   * @param ending whether the process is ending already
   */
  static InterruptSignal handle(BooleanSupplier ending) {
    return new InterruptSignal(ending);
  }

  private Object handler(Class<?> type) {
    InvocationHandler calls =
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(this, arguments);
          }
          raised();
          return null;
        };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls);
  }

  private void raised() {
    if (ending.getAsBoolean()) {
      Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
    }
    Runtime.getRuntime().exit(ExitCodes.INTERRUPTED);
  }

  @Override
  public void close() {
    if (previous != null) {
      install(type -> previous);
    }
  }

  private interface Handlers {
    Object of(Class<?> type);
  }

  /** Returns the handler before, or null if there is no way to handle signals. */
  private static @Nullable Object install(Handlers handlers) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      return signal
          .getMethod("handle", signal, handler)
          .invoke(null, interrupt, handlers.of(handler));
    } catch (ReflectiveOperationException e) {
      Throwable reason =
          e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
      LOG.debug("A second Ctrl-C will do nothing", reason);
      return null;
    }
  }
}
