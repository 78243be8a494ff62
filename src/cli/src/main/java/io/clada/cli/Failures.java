package io.clada.cli;

import io.clada.client.ClientException;
import io.clada.embedded.EmbeddedStartException;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.ModelLoadException;
import io.clada.engine.eval.ExampleException;
import io.clada.service.ServiceException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Errors in one line. */
final class Failures {
  /** Their messages are made for people; those of others need their names to be understood. */
  private static final Set<Class<?>> PLAIN =
      Set.of(
          CliException.class,
          ClientException.class,
          ModelLoadException.class,
          InvalidRequestException.class,
          ExampleException.class,
          EmbeddedStartException.class,
          ServiceException.class,
          ParameterException.class);

  private Failures() {}

  static String oneLine(Throwable error) {
    Throwable cause = unwrap(error);
    String message = cause.getMessage();
    boolean plain = PLAIN.stream().anyMatch(type -> type.isInstance(cause));
    String text =
        message == null
            ? cause.getClass().getSimpleName()
            : plain ? message : cause.getClass().getSimpleName() + ": " + message;
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
    return plain ? line : line + reason(cause) + " (--verbose shows where)";
  }

  private static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Kafka wraps: "Failed to construct kafka consumer" alone helps nobody. */
  private static String reason(Throwable error) {
    @Nullable Throwable cause = error instanceof KafkaException ? error.getCause() : null;
    return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage().strip();
  }
}
