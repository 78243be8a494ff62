package io.clada.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.JsonEscapeUtil;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Sends the log to standard error, so that standard output holds results alone. */
final class Logging {
  /** Loggers whose warnings repeat what a command's own error says, or belong to start and stop. */
  private static final List<String> NOISY =
      List.of(
          "org.apache.kafka",
          "kafka",
          "state.change.logger",
          "io.netty",
          "ai.djl",
          "io.micrometer");

  /** The request that a line is about, where it is about one. */
  private static final String REQUEST = "%replace( [%X{request_id}]){' \\[\\]', ''}";

  /** How a line of the log is written. */
  enum Format {
    /** For people. */
    TEXT,
    /** One object per line, with the request's id in {@code mdc.request_id}. */
    JSON
  }

  /** What the log must not show, as an object of the logger's context. */
  private static final String SECRETS = "clada.secrets";

  /** A shorter one protects nothing, and would blot out ordinary words. */
  private static final int SHORTEST_SECRET = 4;

  private Logging() {}

  /** Keeps these out of every line from now on, until the log is configured again. */
  static void conceal(Collection<String> secrets) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    // The longest first: one may be part of another.
    context.putObject(
        SECRETS,
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST_SECRET)
            .flatMap(secret -> Stream.of(secret, JsonEscapeUtil.jsonEscapeString(secret)))
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  /** A text without them. */
  static String concealed(String text) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    String shown = text;
    if (context.getObject(SECRETS) instanceof List<?> secrets) {
      for (Object secret : secrets) {
        shown = shown.replace(secret.toString(), Secrets.HIDDEN);
      }
    }
    return shown;
  }

  /** For the commands that a person watches: only what went wrong. */
  static void interactive() {
    interactive(Format.TEXT);
  }

  static void interactive(Format format) {
    Logger root = configure(Level.WARN, format);
    for (String name : NOISY) {
      root.getLoggerContext().getLogger(name).setLevel(Level.ERROR);
    }
    // The broker's view of a transaction that its client, which knows better, begins again.
    root.getLoggerContext().getLogger("kafka.server.ReplicaManager").setLevel(Level.OFF);
  }

  /** For the commands that run as services: what they do. */
  static void service(Format format) {
    Logger root = configure(Level.INFO, format);
    // Kafka prints its whole configuration at every start.
    root.getLoggerContext().getLogger("org.apache.kafka").setLevel(Level.WARN);
    root.getLoggerContext().getLogger("ai.djl").setLevel(Level.WARN);
    root.getLoggerContext().getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    // Every attempt to reach a broker would be a line; what comes of it is said elsewhere.
    root.getLoggerContext()
        .getLogger("org.apache.kafka.clients.NetworkClient")
        .setLevel(Level.ERROR);
  }

  /** Everything from INFO up. */
  static void verbose(Format format) {
    configure(Level.INFO, format);
  }

  /** A file named by {@code -Dlogback.configurationFile} keeps the last word. */
  private static Logger configure(Level level, Format format) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    if (System.getProperty("logback.configurationFile") != null) {
      return root;
    }
    context.reset();
    Encoder<ILoggingEvent> lines = encoder(format);
    lines.setContext(context);
    lines.start();
    Encoder<ILoggingEvent> encoder = new ConcealingEncoder(lines);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    root.setLevel(level);
    root.addAppender(appender);
    return root;
  }

  private static Encoder<ILoggingEvent> encoder(Format format) {
    if (format == Format.JSON) {
      JsonEncoder json = new JsonEncoder();
      json.setWithSequenceNumber(false);
      json.setWithContext(false);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithFormattedMessage(true);
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg" + REQUEST + "%n");
    return text;
  }
}
