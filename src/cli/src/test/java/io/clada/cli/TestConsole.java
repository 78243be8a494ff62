package io.clada.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs commands in this process and keeps what they print. */
final class TestConsole {
  /** The checkout's root, as the build names it. */
  static final Path HOME = Path.of(System.getProperty("clada.home")).toAbsolutePath().normalize();

  static final Path DEMO_MODEL = HOME.resolve("src/models/demo-llama");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console;

  TestConsole() {
    this("");
  }

  TestConsole(String input) {
    console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            false,
            Map.of());
  }

  int run(String... args) {
    return Clada.run(console, args);
  }

  Console console() {
    return console;
  }

  String out() {
    console.out().flush();
    return out.toString();
  }

  String err() {
    console.err().flush();
    return err.toString();
  }
}
