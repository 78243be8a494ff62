package io.clada.cli;

import io.clada.client.Answer;
import io.clada.client.CladaClient;
import io.clada.client.CladaClientBuilder;
import io.clada.client.Reading;
import io.clada.client.TokenStream;
import io.clada.client.TokenUpdate;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    description = "Post prompts to Kafka; print the ids, or with --follow the answers.",
    footer = {
      "",
      "Exit code 1 if a followed request ends INVALID, ERROR, OVERLOADED or DEADLINE.",
      "",
      "Examples:",
      "  clada submit --follow \"once upon a time\"",
      "  echo \"the little dog\" | clada submit --id dog-1 -",
      "  clada submit --follow --chat --priority high --deadline 30 \"who are you?\"",
      "  clada submit --file prompts.jsonl --prompt-field text --follow --json"
    })
final class SubmitCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "PROMPT",
      description = "Text to continue; '-' or nothing: standard input.")
  private @Nullable String prompt;

  @Option(
      names = "--file",
      paramLabel = "JSONL",
      description =
          "Post each line, a JSON object with the fields of GenerationRequest and perhaps an id;"
              + " what a line leaves out is taken from the options.")
  private @Nullable Path file;

  @Option(
      names = "--prompt-field",
      paramLabel = "NAME",
      defaultValue = "prompt",
      description = "Field of the file's lines that holds the prompt. Default: ${DEFAULT-VALUE}.")
  private String promptField = "prompt";

  @Option(names = "--id", paramLabel = "ID", description = "Request id. Default: a random one.")
  private @Nullable String id;

  @Option(names = "--follow", description = "Print the tokens as they arrive, until the finish.")
  private boolean follow;

  @Option(
      names = "--fast",
      description =
          "Follow uncommitted tokens: sooner, but a worker's crash retracts some, which are then"
              + " printed again.")
  private boolean fast;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "Give up when no token came for so long. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds;

  @Mixin private final GenerationOptions generation = new GenerationOptions();
  @Mixin private final RequestOptions requested = new RequestOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  private final Console console;

  SubmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, GenerationRequest> posts = posts();
    Properties properties = kafka.resolve(console.env());
    new Cluster(properties).requireTopic(KafkaOptions.topics(properties).requests());
    CladaClientBuilder settings =
        CladaClient.builder(Settings.asMap(properties))
            .reading(fast ? Reading.FAST : Reading.FINAL)
            .mostRequests(posts.size());
    try (StopSignal stop = StopSignal.install();
        CladaClient client = settings.build()) {
      if (follow || fast) {
        return postAndFollow(posts, client, stop);
      }
      for (Map.Entry<String, GenerationRequest> post : posts.entrySet()) {
        client.post(post.getKey(), post.getValue());
        console.out().println(post.getKey());
      }
      return ExitCodes.OK;
    }
  }

  private Map<String, GenerationRequest> posts() throws IOException {
    Map<String, GenerationRequest> posts = new LinkedHashMap<>();
    if (file == null) {
      String text = prompt == null || prompt.equals("-") ? console.readInput() : prompt;
      posts.put(idOr(id), request(text));
      return posts;
    }
    if (prompt != null || id != null) {
      throw new CliException("--file brings its own prompts and ids: leave PROMPT and --id out");
    }
    List<PromptFile.Line> lines = new PromptFile(file, promptField, this::request).read();
    for (PromptFile.Line line : lines) {
      if (posts.put(idOr(line.id()), line.request()) != null) {
        throw new CliException(file + ": the id " + line.id() + " is there twice");
      }
    }
    return posts;
  }

  private GenerationRequest request(String text) {
    return requested.addTo(generation.request(text), Instant.now());
  }

  private static String idOr(@Nullable String given) {
    return given == null ? UUID.randomUUID().toString() : given;
  }

  private int postAndFollow(
      Map<String, GenerationRequest> posts, CladaClient client, StopSignal stop)
      throws InterruptedException {
    TokenPrinter printer = output.printer(console);
    try (TokenStream tokens = client.submit(posts)) {
      stop.onStop(tokens::close);
      new Follower(Duration.ofSeconds(timeoutSeconds), console)
          .follow(
              tokens,
              update -> {
                Answer answer = tokens.answer(update.event().getId());
                if (posts.size() == 1 || output.json) {
                  print(posts, printer, update, answer);
                } else {
                  printWhenDone(posts, printer, update.event(), answer);
                }
              });
      return conclude(posts.keySet().stream().map(tokens::answer).toList());
    } catch (CancellationException e) {
      return ExitCodes.INTERRUPTED;
    }
  }

  private static void print(
      Map<String, GenerationRequest> posts,
      TokenPrinter printer,
      TokenUpdate update,
      Answer answer) {
    TokenEvent event = update.event();
    if (event.getTokenIndex() == 0 && update.change() == Answer.Change.APPENDED) {
      printer.begin(prompt(posts, event));
    }
    if (update.change() == Answer.Change.RETRACTED) {
      printer.retract(answer.events().subList(0, event.getTokenIndex()));
    }
    printer.token(event);
    if (event.getFinish() != null) {
      printer.end();
    }
  }

  /** Several answers at once would mix their tokens on the screen. */
  private static void printWhenDone(
      Map<String, GenerationRequest> posts, TokenPrinter printer, TokenEvent event, Answer answer) {
    if (event.getFinish() != null) {
      printer.begin(prompt(posts, event));
      answer.events().forEach(printer::token);
      printer.end();
    }
  }

  private static String prompt(Map<String, GenerationRequest> posts, TokenEvent event) {
    GenerationRequest request = Objects.requireNonNull(posts.get(event.getId()));
    List<ChatMessage> messages = request.getMessages();
    return messages.isEmpty()
        ? request.getPrompt()
        : messages.get(messages.size() - 1).getContent();
  }

  private int conclude(List<Answer> answers) {
    int code = ExitCodes.OK;
    for (Answer answer : answers) {
      String failure = answer.failure();
      if (failure != null) {
        console.note("clada: " + failure);
        code = ExitCodes.FAILURE;
      }
      if (answer.isRepeatedEnd()) {
        console.note(
            "clada: request "
                + answer.events().get(0).getId()
                + " had ended before, and this is its end again; --rerun generates anew");
      }
    }
    if (code == ExitCodes.OK && answers.size() == 1 && !output.json) {
      Answer answer = answers.get(0);
      console.note(Tally.of(List.of(answer)).line(Objects.requireNonNull(answer.finish())));
    }
    return code;
  }
}
