package io.clada.service;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's HTTP server for a few pages that operators, scrapers and programs ask for. No
 * authentication: bind it to an address that only those who may see it can reach. At most {@value
 * #MOST_AT_ONCE} requests are served at once, each of at most {@value #MOST_SECONDS} seconds,
 * unless the JDK's own system properties say otherwise; a URI has at most {@value #LONGEST_URI}
 * characters. What {@link Visitors} sends away is not served at all.
 */
public final class SmallServer implements AutoCloseable {
  public static final int MOST_AT_ONCE = 32;
  public static final int MOST_SECONDS = 20;
  public static final int LONGEST_URI = 2000;

  private static final Logger LOG = LoggerFactory.getLogger(SmallServer.class);
  private static final int STOP_SECONDS = 0;

  /** Answers a GET by its query. */
  public interface Page {
    Answer of(@Nullable String query);
  }

  private final HttpServer http;
  private final ExecutorService threads;
  private final Filter visitors;

  private SmallServer(HttpServer http, String name) {
    this.http = http;
    visitors = new Visitors(http.getAddress().getAddress());
    threads =
        new ThreadPoolExecutor(
            0,
            MOST_AT_ONCE,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
  }

  /**
   * Takes the port.
   *
   * @param name of its threads
   * @throws IOException as the socket says, if the address cannot be bound
   */
  public static SmallServer bind(InetSocketAddress address, String name) throws IOException {
    limitTime();
    return new SmallServer(HttpServer.create(address, 0), name);
  }

  /** The JDK's server takes its limits from properties of the process, when it is first used. */
  private static void limitTime() {
    for (String limit : new String[] {"maxReqTime", "maxRspTime"}) {
      String property = "sun.net.httpserver." + limit;
      if (System.getProperty(property) == null) {
        System.setProperty(property, Integer.toString(MOST_SECONDS));
      }
    }
  }

  /** Answers this very path, and GET alone. */
  public SmallServer page(String path, Page page) {
    return handler(
        path,
        exchange -> {
          if (!exchange.getRequestURI().getPath().equals(path)) {
            send(exchange, Answer.text(404, "not found"));
          } else if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            send(exchange, Answer.text(405, "GET alone"));
          } else {
            send(exchange, answer(exchange, page));
          }
        });
  }

  /** What every path is answered that has no page. */
  public SmallServer otherwise(Answer answer) {
    return handler("/", exchange -> send(exchange, answer));
  }

  /** Hands over everything below a path, but what is not served at all. */
  public SmallServer handler(String path, HttpHandler handler) {
    HttpContext context = http.createContext(path, handler);
    context.getFilters().add(visitors);
    return this;
  }

  public SmallServer start() {
    http.start();
    return this;
  }

  /** The port that is bound. */
  public int port() {
    return http.getAddress().getPort();
  }

  /** What went wrong is for the log: whoever asks may be anybody. */
  private static Answer answer(HttpExchange exchange, Page page) {
    try {
      return page.of(exchange.getRequestURI().getQuery());
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.error("GET {} failed", exchange.getRequestURI().getPath(), e);
      return Answer.text(500, "failed; the log says how");
    }
  }

  static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    try (exchange) {
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Stops at once; calls under way are cut off. Closing again does nothing. */
  @Override
  public void close() {
    http.stop(STOP_SECONDS);
    threads.shutdownNow();
  }
}
