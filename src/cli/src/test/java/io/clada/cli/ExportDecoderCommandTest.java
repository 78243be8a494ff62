package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportDecoderCommandTest {
  private final TestConsole console = new TestConsole();

  @Test
  void writesAnArchiveOfTheCodeAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("decoder.pt");

    assertThat(console.run("export-decoder", "--output", file.toString())).isZero();

    try (ZipFile archive = new ZipFile(file.toFile())) {
      assertThat(archive.stream().map(entry -> entry.getName()))
          .contains("decoder/code/__torch__.py", "decoder/data.pkl")
          .noneMatch(name -> name.contains("/data/"));
      byte[] code =
          archive.getInputStream(archive.getEntry("decoder/code/__torch__.py")).readAllBytes();
      assertThat(new String(code, StandardCharsets.UTF_8)).contains("class Decoder(Module):");
    }
    assertThat(console.err()).startsWith("Wrote " + file);
  }

  @Test
  void saysWhereItCannotWrite(@TempDir Path folder) {
    Path file = folder.resolve("nowhere").resolve("decoder.pt");

    assertThat(console.run("export-decoder", "--output", file.toString())).isEqualTo(1);

    assertThat(console.err()).startsWith("clada: --output: " + file + " can't be written");
    assertThat(console.err().lines()).hasSize(1);
  }
}
