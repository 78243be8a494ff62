package io.clada.client;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link CladaClient}. Confined to one thread. */
public final class CladaClientBuilder {
  /** A registry that is restarted is back by then. */
  private static final Duration SCHEMA_PATIENCE = Duration.ofSeconds(30);

  /** Kafka's own. */
  private static final int MOST_REQUEST_MS = 30_000;

  private final Map<String, Object> kafka;
  private Reading reading = Reading.FINAL;
  private Duration tokenTimeout = Duration.ofMinutes(5);
  private Duration brokerTimeout = Duration.ofSeconds(30);
  private int bufferedTokens = 1024;
  private int mostRequests = 10_000;
  private @Nullable Consumer<LoadTelemetry> telemetry;

  CladaClientBuilder(Map<String, ?> kafka) {
    this.kafka = new HashMap<>(kafka);
  }

  private CladaClientBuilder(CladaClientBuilder other) {
    this(other.kafka);
    reading = other.reading;
    tokenTimeout = other.tokenTimeout;
    brokerTimeout = other.brokerTimeout;
    bufferedTokens = other.bufferedTokens;
    mostRequests = other.mostRequests;
    telemetry = other.telemetry;
  }

  /** When tokens are read; default {@link Reading#FINAL}. */
  public CladaClientBuilder reading(Reading wanted) {
    reading = wanted;
    return this;
  }

  /** How long {@link TokenStream#next} waits for a token; default 5 minutes. */
  public CladaClientBuilder tokenTimeout(Duration timeout) {
    tokenTimeout = positive("tokenTimeout", timeout);
    return this;
  }

  /**
   * How long brokers may take to store a request and to say where the log ends; default 30 s. It
   * stands in place of {@code delivery.timeout.ms}, {@code request.timeout.ms} and {@code
   * linger.ms} of the properties.
   */
  public CladaClientBuilder brokerTimeout(Duration timeout) {
    brokerTimeout = positive("brokerTimeout", timeout);
    return this;
  }

  /** How many tokens wait in a stream to be read; default 1024. */
  public CladaClientBuilder bufferedTokens(int tokens) {
    bufferedTokens = positive("bufferedTokens", tokens);
    return this;
  }

  /** How many requests are followed at a time; default 10,000. */
  public CladaClientBuilder mostRequests(int requests) {
    mostRequests = positive("mostRequests", requests);
    return this;
  }

  /**
   * Also reads the load telemetry of the requests that are followed, until their stream is closed.
   *
   * @param listener called on the client's thread; must not block
   */
  public CladaClientBuilder telemetry(Consumer<LoadTelemetry> listener) {
    telemetry = listener;
    return this;
  }

  Duration tokenTimeout() {
    return tokenTimeout;
  }

  Duration brokerTimeout() {
    return brokerTimeout;
  }

  int bufferedTokens() {
    return bufferedTokens;
  }

  int mostRequests() {
    return mostRequests;
  }

  /**
   * Makes the client; brokers are asked for nothing yet.
   *
   * @throws ClientException if a property is wrong
   */
  public CladaClient build() {
    CladaClientBuilder settings = new CladaClientBuilder(this);
    try {
      return settings.connect();
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new ClientException(
          "Kafka at " + kafka.get("bootstrap.servers") + ": " + reason.getMessage(), e);
    }
  }

  private CladaClient connect() {
    Topics topics =
        new Topics(String.valueOf(kafka.getOrDefault("clada.topic.prefix", Topics.DEFAULT_PREFIX)));
    AvroSerdes serdes = new AvroSerdes(kafka);
    Map<String, Object> reads = consumerSettings(kafka, reading);
    Supplier<org.apache.kafka.clients.consumer.Consumer<String, byte[]>> consumers =
        () -> new KafkaConsumer<>(reads, new StringDeserializer(), new ByteArrayDeserializer());
    TelemetryTap tap =
        telemetry == null
            ? null
            : new TelemetryTap(
                topics.telemetry(), serdes.values(LoadTelemetry.class).deserializer(), telemetry);
    Poster poster =
        new Poster(
            new KafkaProducer<>(
                producerSettings(),
                new StringSerializer(),
                serdes.values(GenerationRequest.class).serializer()),
            topics.requests(),
            brokerTimeout);
    try {
      Dispatcher dispatcher =
          new Dispatcher(
              consumers,
              new LogEnds(consumers.get(), topics.tokens(), tap, brokerTimeout),
              serdes.values(TokenEvent.class).deserializer(),
              topics.tokens(),
              tap,
              SCHEMA_PATIENCE);
      ModelNames models = new ModelNames(consumers, topics.thresholds(), brokerTimeout);
      return new CladaClient(poster, dispatcher, models, this);
    } catch (KafkaException e) {
      poster.close();
      throw e;
    }
  }

  static Map<String, Object> consumerSettings(Map<String, ?> kafka, Reading reading) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put("isolation.level", reading.isolationLevel());
    config.put("enable.auto.commit", false);
    config.put("auto.offset.reset", "none");
    config.put("allow.auto.create.topics", false);
    config.putIfAbsent("fetch.max.wait.ms", 100);
    config.remove("group.id");
    return config;
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.putIfAbsent("max.block.ms", brokerTimeout.toMillis());
    // A request of which the caller was told that it is not stored must not be stored later.
    // Whatever others need: Kafka refuses a delivery that ends before a request and its linger do.
    int patience = (int) Math.min(Integer.MAX_VALUE, brokerTimeout.toMillis());
    config.put("linger.ms", 0);
    config.put("request.timeout.ms", Math.min(MOST_REQUEST_MS, patience));
    config.put("delivery.timeout.ms", patience);
    return config;
  }

  private static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
    return value;
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
    return value;
  }
}
