package io.clada.bench;

import io.clada.embedded.EmbeddedKafka;
import io.clada.embedded.RegistryServer;
import io.clada.schemas.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Many streams at once through the gateway: the time to the first token, which the source of tokens
 * gives once it is due at an answer's pace; each token's way, timed against reading Kafka directly;
 * and how long a client that hung up keeps its slot. Broker, tokens, readers and HTTP clients in
 * this process, the gateway in another. After {@code mvn package}:
 *
 * <pre>java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.GatewayLoad</pre>
 */
@Command(name = "GatewayLoad", mixinStandardHelpOptions = true)
public final class GatewayLoad implements Callable<Integer> {
  private static final int PARTITIONS = 8;
  private static final int HANG_UPS = 50;
  private static final Pattern TOKEN =
      Pattern.compile("\"id\":\"([^\"]+)\".*\"text\":\" t(\\d+)\"");
  private static final Pattern ID =
      Pattern.compile("x-request-id: (\\S+)", Pattern.CASE_INSENSITIVE);

  private record Arrival(String id, int index, long nanos) {}

  @Option(names = "--streams", defaultValue = "200", description = "At a time.")
  private int streams;

  @Option(names = "--seconds", defaultValue = "60", description = "How long.")
  private int seconds;

  @Option(names = "--tokens-per-second", defaultValue = "10", description = "Of each stream.")
  private int perSecond;

  @Option(names = "--length", defaultValue = "100", description = "Of an answer, in tokens.")
  private int length;

  private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Double> firsts = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Runs it and prints its report. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new GatewayLoad()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Report report = new Report();
    report.sayLoad("before");
    try (EmbeddedKafka broker = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        RegistryServer registry = RegistryServer.start(0, null)) {
      Map<String, Object> kafka =
          Map.of(
              "bootstrap.servers",
              broker.bootstrapServers(),
              "schema.registry.url",
              registry.url());
      try (Admin admin = Admin.create(kafka)) {
        new Topics("clada").createMissing(admin, PARTITIONS, (short) 1);
      }
      try (TokenSource source = new TokenSource(kafka, perSecond, length);
          DirectReader direct = new DirectReader(kafka);
          GatewayProcess gateway =
              GatewayProcess.start(broker.bootstrapServers(), registry.url())) {
        load(report, gateway);
        percentiles(report, "time to first token", List.copyOf(firsts));
        latency(report, direct);
        hangUps(report, gateway, source, "streaming", "text");
        hangUps(report, gateway, source, "queued", "queued");
      }
    }
    report.sayLoad("after");
    errors.stream().distinct().limit(5).forEach(error -> report.say("error", error));
    System.out.println(report.text());
    return errors.isEmpty() ? 0 : 1;
  }

  private void load(Report report, GatewayProcess gateway) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      all.add(repeat(gateway.port(), end));
    }
    for (int quarter = 1; quarter <= 4; quarter++) {
      long until = end - TimeUnit.SECONDS.toNanos(seconds) * (4 - quarter) / 4;
      pause(until);
      report.add(
          Figure.of(
              "gateway's process",
              "resident after " + seconds * quarter / 4 + " s",
              (double) gateway.residentMegabytes(),
              "MB"));
    }
    report.add(Figure.of("gateway's process", "threads", (double) gateway.threads(), ""));
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
    report.add(Figure.of("load", "answers", answers.get(), ""));
    report.add(Figure.of("load", "tokens", arrivals.size(), ""));
    report.add(Figure.of("load", "errors", errors.size(), ""));
  }

  private static void pause(long until) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, until - System.nanoTime()));
  }

  /** One stream after another until the end. */
  private CompletableFuture<@Nullable Void> repeat(int port, long end) {
    return stream(port)
        .thenCompose(
            done ->
                System.nanoTime() < end
                    ? repeat(port, end)
                    : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<@Nullable Void> stream(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"text\", \"stream\": true}"))
            .build();
    LineSubscriber lines = new LineSubscriber(this::heard);
    long asked = System.nanoTime();
    return http.sendAsync(request, BodyHandlers.fromLineSubscriber(lines))
        .<@Nullable Void>handle(
            (response, failure) -> {
              judge(response, failure, lines, asked);
              return null;
            });
  }

  private void judge(
      @Nullable HttpResponse<?> response,
      @Nullable Throwable failure,
      LineSubscriber lines,
      long asked) {
    if (failure != null) {
      errors.add(failure.toString());
    } else if (response == null || response.statusCode() != 200) {
      errors.add("status " + (response == null ? "" : response.statusCode()));
    } else if (!lines.isDone() || lines.tokens() != length) {
      errors.add(lines.tokens() + " tokens, ended: " + lines.isDone());
    } else {
      answers.incrementAndGet();
      firsts.add((lines.firstNanos() - asked) / 1e6);
    }
  }

  private boolean heard(String line) {
    long now = System.nanoTime();
    Matcher token = TOKEN.matcher(line);
    boolean found = token.find();
    if (found) {
      arrivals.add(new Arrival(token.group(1), Integer.parseInt(token.group(2)), now));
    }
    return found;
  }

  private void latency(Report report, DirectReader direct) {
    List<Double> added = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      Long read = direct.arrival(arrival.id(), arrival.index());
      if (read == null) {
        errors.add("a token was streamed that Kafka does not have");
      } else {
        added.add((arrival.nanos() - read) / 1e6);
      }
    }
    percentiles(report, "added latency per token", added);
  }

  private static void percentiles(Report report, String section, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    for (int percent : new int[] {50, 99, 100}) {
      int place = Math.min(sorted.size() - 1, sorted.size() * percent / 100);
      report.add(Figure.of(section, "p" + percent, sorted.get(place), "ms"));
    }
  }

  /** From the closing of a client's socket to the reading of its request's tombstone. */
  private void hangUps(
      Report report, GatewayProcess gateway, TokenSource source, String when, String prompt)
      throws Exception {
    List<Double> taken = new ArrayList<>();
    for (int i = 0; i < HANG_UPS; i++) {
      taken.add(hangUp(gateway.port(), source, prompt, when.equals("streaming")));
    }
    percentiles(report, "hang-up to freed slot, " + when, taken);
  }

  private static double hangUp(int port, TokenSource source, String prompt, boolean streaming)
      throws Exception {
    String body = "{\"prompt\": \"" + prompt + "\", \"stream\": true}";
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    String id;
    long closed;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      id = streaming ? readId(socket.getInputStream()) : source.awaitNewRequest();
      closed = System.nanoTime();
    }
    return (source.awaitCancelled(id) - closed) / 1e6;
  }

  /** Of an answer that has begun. */
  private static String readId(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("data: ") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended: " + head);
      }
      head.append((char) next);
    }
    Matcher id = ID.matcher(head);
    if (!id.find()) {
      throw new IOException("no id: " + head);
    }
    return id.group(1);
  }
}
