package io.clada.cli;

import java.util.SortedMap;
import picocli.CommandLine.Option;

/** Shows what a service would run with. */
final class PrintConfigOption {
  @Option(
      names = "--print-config",
      description = "Print every setting in force, without the secrets, and end. Asks no broker.")
  private boolean asked;

  boolean isAsked() {
    return asked;
  }

  static int print(SortedMap<String, String> settings, Console console) {
    settings.forEach(
        (name, value) -> console.out().println(name + "=" + Secrets.shown(name, value)));
    return ExitCodes.OK;
  }
}
