package io.clada.cli;

import io.clada.client.Answer;
import io.clada.engine.CladaModel;
import io.clada.engine.Generation;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    description = "Continue a prompt with the engine alone, without Kafka.",
    footer = {
      "",
      "Examples:",
      "  clada generate --prompt \"once upon a time\"",
      "  echo \"the little dog\" | clada generate --mode dense --temperature 0",
      "  clada generate --model-path ./my-llama --top-k-ratio 0.4 --json --prompt \"hello\""
    })
final class GenerateCommand implements Callable<Integer> {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineArguments engine = new EngineArguments();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Text to continue. Default: standard input.")
  private @Nullable String prompt;

  @Mixin private final GenerationOptions generation = new GenerationOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  private final Console console;

  GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    String text = prompt == null ? console.readInput() : prompt;
    TokenPrinter printer = output.printer(console);
    try (StopSignal stop = StopSignal.install();
        CladaModel loaded = engine.load(model, console);
        Generation tokens = loaded.generate(generation.spec("generate", text))) {
      TokenEvents events = new TokenEvents("generate", loaded.name(), generation.seedOrDefault());
      Answer answer = new Answer();
      printer.begin(text);
      while (tokens.hasNext() && !stop.isRaised() && !console.out().checkError()) {
        TokenEvent event = events.event(tokens.next());
        answer.accept(event);
        printer.token(event);
      }
      printer.end();
      return conclude(answer, output.json);
    }
  }

  /** A generation that was interrupted has no finish, and nothing to sum up. */
  private int conclude(Answer answer, boolean json) {
    Finish finish = answer.finish();
    String failure = answer.failure();
    if (failure != null) {
      throw new CliException(failure);
    }
    if (finish != null && !json) {
      console.note(Tally.of(List.of(answer)).line(finish));
    }
    return ExitCodes.OK;
  }
}
