package io.clada.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether state and memory stay flat: windows and horizon are short, so that many come and go, and
 * the producer is kept a little ahead, so that the broker's disk holds little.
 */
final class LongRun {
  private static final int LEAD = 200_000;
  private static final int STEP = 50_000;

  private static final Map<String, String> BROKER =
      Map.of(
          "log.retention.check.interval.ms", "5000",
          "log.segment.bytes", "33554432",
          "log.retention.bytes", "134217728");
  private static final Map<String, String> SHORT =
      Map.of(
          "clada.slice.ms", "1000",
          "clada.sparsity.window.ms", "2000",
          "clada.sparsity.long.window.ms", "20000",
          "clada.sparsity.grace.ms", "5000",
          "clada.thresholds.horizon.ms", "10000");

  private LongRun() {}

  /** Prints a row of a table for each million or part of it. */
  static void run(long records, int models, int layers) throws InterruptedException {
    long part = Math.min(1_000_000, records / 5);
    try (MeasuredTopology topology = new MeasuredTopology(4, BROKER, SHORT)) {
      TelemetryTraffic traffic = new TelemetryTraffic(topology, models, layers);
      topology.start();
      System.out.println("\n| records | records/s | entries | their MB | on disk MB | heap MB |");
      System.out.println("|---|---|---|---|---|---|");
      long sent = 0;
      for (long done = 0; done < records; done += part) {
        long began = System.nanoTime();
        while (sent < Math.min(records, done + part)) {
          traffic.send(STEP);
          sent += STEP;
          topology.await("clada.telemetry.folded", sent - LEAD);
        }
        topology.await("clada.telemetry.folded", sent);
        print(topology, sent, part / ((System.nanoTime() - began) / 1e9));
      }
    }
  }

  private static void print(MeasuredTopology topology, long records, double perSecond) {
    Map<String, Integer> entries = new HashMap<>();
    for (String changelog : topology.changelogs()) {
      for (ConsumerRecord<byte[], byte[]> record : topology.read(changelog)) {
        String key = changelog + record.partition() + new String(record.key(), UTF_8);
        if (record.value() == null) {
          entries.remove(key);
        } else {
          entries.put(key, record.value().length);
        }
      }
    }
    double bytes = entries.values().stream().mapToDouble(Integer::doubleValue).sum();
    System.out.printf(
        "| %d | %.0f | %d | %.2f | %.2f | %.0f |%n",
        records,
        perSecond,
        entries.size(),
        bytes / 1e6,
        size(topology.state()) / 1e6,
        heap() / 1e6);
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(LongRun::length).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // compacted away meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
