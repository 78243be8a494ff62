package io.clada.cli;

import io.clada.engine.decoder.DecoderArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "export-decoder",
    description =
        "Write the engine's decoder as a TorchScript archive: code without weights, which any"
            + " libtorch loads, to measure it where the engine itself can't run.",
    footer = {
      "",
      "Examples:",
      "  clada export-decoder --output decoder.pt",
      "  python src/bench/src/main/python/time_decoder.py decoder.pt --device cuda"
    })
final class ExportDecoderCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where to; a file that is there is replaced.")
  private Path output = Path.of("decoder.pt");

  private final Console console;

  ExportDecoderCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] archive = DecoderArchive.bytes();
    try {
      Files.write(output, archive);
    } catch (IOException e) {
      throw new CliException("--output: " + output + " can't be written: " + e.getMessage(), e);
    }
    console.note("Wrote " + output + ", " + archive.length + " bytes");
    return ExitCodes.OK;
  }
}
