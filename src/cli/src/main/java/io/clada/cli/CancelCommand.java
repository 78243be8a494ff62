package io.clada.cli;

import io.clada.client.CladaClient;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Cancel requests: each ends with finish CANCELLED, unless it has ended.",
    footer = {"", "Example:", "  clada cancel story-1 story-2"})
final class CancelCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "ID", description = "Request id.")
  private List<String> ids = List.of();

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  private final Console console;

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Properties properties = kafka.resolve(console.env());
    new Cluster(properties).requireTopic(KafkaOptions.topics(properties).requests());
    try (CladaClient client = CladaClient.builder(Settings.asMap(properties)).build()) {
      ids.forEach(client::cancel);
    }
    return ExitCodes.OK;
  }
}
