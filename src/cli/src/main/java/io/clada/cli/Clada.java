package io.clada.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code clada} command. */
@Command(
    name = "clada",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Clada.Version.class,
    description = "CLADA on Kafka: prompts in on Kafka, CLADA-sparse tokens out, exactly once.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed; standard error says why", "2:wrong usage", "130:Ctrl-C"},
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpAutoWidth = true)
public final class Clada {
  private static final Set<String> SERVICES = Set.of("worker", "topology", "gateway");

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what happens, and show the stack trace of an error.")
  private boolean verbose;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "Of the log on standard error: ${COMPLETION-CANDIDATES}. Default: TEXT.")
  private Logging.Format logFormat = Logging.Format.TEXT;

  private final Console console;

  private Clada(Console console) {
    this.console = console;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(Console.ofProcess(), args));
  }

  /** Runs the command in this process and returns its exit code. */
  static int run(Console console, String... args) {
    Clada clada = new Clada(console);
    CommandLine line =
        new CommandLine(clada)
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new UpCommand(console))
            .addSubcommand(new SubmitCommand(console))
            .addSubcommand(new CancelCommand(console))
            .addSubcommand(new GenerateCommand(console))
            .addSubcommand(new EvalCommand(console))
            .addSubcommand(new CalibrateCommand(console))
            .addSubcommand(new ExportDecoderCommand(console))
            .addSubcommand(new WorkerCommand(console))
            .addSubcommand(new TopologyCommand(console))
            .addSubcommand(new GatewayCommand(console))
            .addSubcommand(new ThresholdsCommand(console))
            .addSubcommand(new TopCommand(console));
    line.setOut(console.out());
    line.setErr(console.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (e, commandArgs) -> {
          clada.misused(e);
          return ExitCodes.USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, commandLine, result) -> {
          clada.failed(e);
          return ExitCodes.FAILURE;
        });
    line.setExecutionStrategy(
        result -> {
          clada.configureLog(result);
          return new CommandLine.RunLast().execute(result);
        });
    if (args.length == 0) {
      line.usage(console.out());
      return ExitCodes.OK;
    }
    int code;
    try {
      code = line.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      // Too large a model, or native libraries that this computer can't load.
      clada.failed(e);
      code = ExitCodes.FAILURE;
    }
    console.out().flush();
    return code;
  }

  private void configureLog(ParseResult result) {
    ParseResult leaf = result;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    if (verbose) {
      Logging.verbose(logFormat);
    } else if (SERVICES.contains(leaf.commandSpec().name())) {
      Logging.service(logFormat);
    } else {
      Logging.interactive(logFormat);
    }
  }

  private void failed(Throwable e) {
    if (verbose) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      console.note(Logging.concealed(trace.toString().stripTrailing()));
    }
    console.note("clada: " + Logging.concealed(Failures.oneLine(e)));
  }

  private void misused(CommandLine.ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    console.note(name + ": " + Failures.oneLine(e) + " (see " + name + " --help)");
    UnmatchedArgumentException.printSuggestions(e, console.err());
  }

  /** Reads the version that the build wrote. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      try (InputStream in = Clada.class.getResourceAsStream("/clada.version")) {
        if (in == null) {
          throw new IOException("clada.version is not in the jar");
        }
        return new String[] {new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()};
      }
    }
  }
}
