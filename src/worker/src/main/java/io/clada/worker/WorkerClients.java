package io.clada.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients that Kafka Streams would have, but that consumers of requests wait as a {@link
 * WakingConsumer} does, and that producers keep two counts. One is of the transactions that it
 * aborts, which no metric of Kafka's tells: what was generated in them is generated again. A
 * transaction that is open when the process dies is the broker's to abort, and counted nowhere.
 *
 * <p>The other is of {@link Commits}, which Kafka Streams tells nobody of. With transactions a
 * commit is the transaction's; without, it is the flush that comes before the offsets are
 * committed, since all that was sent before is then on the brokers.
 */
final class WorkerClients implements KafkaClientSupplier {
  private final KafkaClientSupplier clients;
  private final Commits commits;
  private final Bells bells;
  private final Duration drainInterval;
  private final Counter aborted;

  WorkerClients(
      KafkaClientSupplier clients,
      Commits commits,
      Bells bells,
      Duration drainInterval,
      MeterRegistry registry) {
    this.clients = clients;
    this.commits = commits;
    this.bells = bells;
    this.drainInterval = drainInterval;
    aborted =
        Counter.builder("clada.transactions.aborted")
            .description("Transactions aborted: their tokens are generated again")
            .register(registry);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    boolean transactional = config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null;
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public void commitTransaction() throws ProducerFencedException {
        super.commitTransaction();
        commits.committed();
      }

      @Override
      public void flush() {
        super.flush();
        if (!transactional) {
          commits.committed();
        }
      }

      @Override
      public void abortTransaction() throws ProducerFencedException {
        aborted.increment();
        super.abortTransaction();
      }
    };
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new WakingConsumer(config, bells, commits, drainInterval);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return clients.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }
}
