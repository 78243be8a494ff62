package io.clada.cli;

import picocli.CommandLine.Option;

/** How tokens are printed. */
final class OutputOptions {
  enum Colour {
    AUTO,
    ALWAYS,
    NEVER
  }

  @Option(
      names = "--json",
      description = "Print one JSON object per token; the last one carries 'finish'.")
  boolean json;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "Shade tokens by surprisal: auto (on a terminal, unless NO_COLOR is set), always or"
              + " never. Default: ${DEFAULT-VALUE}.")
  Colour colour = Colour.AUTO;

  Shading shading(Console console) {
    boolean enabled =
        switch (colour) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO -> console.terminal() && console.env().getOrDefault("NO_COLOR", "").isEmpty();
        };
    return new Shading(enabled);
  }

  TokenPrinter printer(Console console) {
    return json ? new JsonTokens(console.out()) : new TextTokens(console.out(), shading(console));
  }
}
