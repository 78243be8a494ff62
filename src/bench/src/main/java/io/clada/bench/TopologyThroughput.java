package io.clada.bench;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the aggregation application costs: a real broker and the real application in this process,
 * and telemetry that is there before it starts. Per core means per second of CPU time of the
 * application's own threads, its clients' included; the broker's are not counted. After {@code mvn
 * package}:
 *
 * <pre>
 * java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.TopologyThroughput
 * </pre>
 */
@Command(
    name = "TopologyThroughput",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Measure what the aggregation application costs.")
public final class TopologyThroughput implements Callable<Integer> {
  /** What can be measured by itself. */
  enum Section {
    /** By partitions. */
    PARTITIONS,
    /** By models and layers. */
    SHAPES,
    /** Whether state and memory stay flat. */
    LONG
  }

  private static final String APPLICATION = "clada-topology";
  private static final int MODELS = 2;
  private static final int LAYERS = 32;

  @Option(
      names = "--sections",
      split = ",",
      paramLabel = "NAME",
      description = "Only these of ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Section> sections = EnumSet.allOf(Section.class);

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "300000",
      description = "Of a measurement. Default: ${DEFAULT-VALUE}.")
  private long records = 300_000;

  @Option(
      names = "--long-records",
      paramLabel = "N",
      defaultValue = "5000000",
      description = "Of the long run. Default: ${DEFAULT-VALUE}.")
  private long longRecords = 5_000_000;

  public static void main(String[] args) {
    System.exit(new CommandLine(new TopologyThroughput()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (sections.contains(Section.PARTITIONS) || sections.contains(Section.SHAPES)) {
      System.out.println("| partitions | models | layers | records/s | per core | us/record |");
      System.out.println("|---|---|---|---|---|---|");
      measure("(warm-up) ", 1, MODELS, LAYERS);
    }
    if (sections.contains(Section.PARTITIONS)) {
      measure("", 1, MODELS, LAYERS);
      measure("", 4, MODELS, LAYERS);
    }
    if (sections.contains(Section.SHAPES)) {
      for (int models : new int[] {1, 10, 100}) {
        measure("", 1, models, LAYERS);
      }
      for (int layers : new int[] {4, 80}) {
        measure("", 1, 1, layers);
      }
    }
    if (sections.contains(Section.LONG)) {
      LongRun.run(longRecords, MODELS, LAYERS);
    }
    return 0;
  }

  private void measure(String note, int partitions, int models, int layers)
      throws InterruptedException {
    try (MeasuredTopology topology = new MeasuredTopology(partitions, Map.of(), Map.of())) {
      new TelemetryTraffic(topology, models, layers).send(records);
      topology.start();
      long before = topology.count("clada.telemetry.folded");
      long began = System.nanoTime();
      double used = ThreadTime.of(APPLICATION);
      topology.await("clada.telemetry.folded", records);
      double seconds = (System.nanoTime() - began) / 1e9;
      double cpu = ThreadTime.of(APPLICATION) - used;
      long counted = records - before;
      System.out.printf(
          "| %s%d | %d | %d | %.0f | %.0f | %.1f |%n",
          note, partitions, models, layers, counted / seconds, counted / cpu, 1e6 * cpu / counted);
    }
  }
}
