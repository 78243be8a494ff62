package io.clada.cli;

import io.clada.schemas.Thresholds;
import io.clada.schemas.topics.Topics;
import io.clada.topology.ThresholdsControl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "thresholds",
    description = "Show the fleet's thresholds, go back to earlier ones, or hold them.",
    footer = {
      "",
      "An order is obeyed by the running topology within seconds, and workers take it up for the",
      "requests that start then. What is printed is in force.",
      "",
      "Examples:",
      "  clada thresholds",
      "  clada thresholds --model llama --show --json",
      "  clada thresholds --model llama --rollback 12",
      "  clada thresholds --model llama --pin",
      "  clada thresholds --model llama --unpin"
    })
final class ThresholdsCommand implements Callable<Integer> {
  /** Versions begin at 1. */
  private static final long IN_FORCE = 0;

  /** One of these. */
  private static final class Order {
    @SuppressWarnings("UnusedVariable") // what is done without it, too
    @Option(
        names = "--show",
        description =
            "Show what is in force, with --model also the versions to go back to; default.")
    private boolean show;

    @Option(
        names = "--rollback",
        paramLabel = "VERSION",
        description = "Go back to the values of a version; traffic moves them on from there.")
    private @Nullable Long rollback;

    @Option(
        names = "--pin",
        arity = "0..1",
        paramLabel = "VERSION",
        fallbackValue = "" + IN_FORCE,
        description = "Hold the values of a version, else those in force, whatever the traffic.")
    private @Nullable Long pin;

    @Option(names = "--unpin", description = "Let traffic move the values again.")
    private boolean unpin;
  }

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Whose thresholds. Default, for --show: all models'.")
  private @Nullable String model;

  @ArgGroup(exclusive = true)
  private Order order = new Order();

  @Option(names = "--json", description = "Print one JSON object per model, history included.")
  private boolean json;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  ThresholdsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    boolean ordered = order.rollback != null || order.pin != null || order.unpin;
    if (ordered && model == null && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "--model is missing: whose thresholds to roll back, pin or unpin?");
    }
    Properties properties = kafka.resolve(console.env());
    Topics topics = KafkaOptions.topics(properties);
    new Cluster(properties).requireTopic(topics.thresholds());
    try (ThresholdsControl control = new ThresholdsControl(properties, topics)) {
      print(model == null ? control.inForce().values() : List.of(of(model, control)));
    }
    return ExitCodes.OK;
  }

  private Thresholds of(String name, ThresholdsControl control) {
    if (order.rollback != null) {
      return control.rollback(name, order.rollback, operator());
    } else if (order.pin != null) {
      return control.pin(name, order.pin == IN_FORCE ? null : order.pin, operator());
    }
    return order.unpin ? control.unpin(name, operator()) : control.of(name);
  }

  private void print(Collection<Thresholds> all) {
    if (json) {
      all.forEach(thresholds -> console.out().println(AvroJson.of(thresholds)));
    } else if (all.isEmpty()) {
      console.note("No thresholds yet: they come with the first traffic");
    } else {
      console.out().println(ThresholdsTable.inForce(all));
      if (model != null) {
        all.forEach(one -> console.out().println("\n" + ThresholdsTable.history(one)));
      }
    }
    console.out().flush();
  }

  /** Who gives the order, as user@host. */
  private static String operator() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown";
    }
    return System.getProperty("user.name") + "@" + host;
  }
}
