package io.clada.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command reads and writes: results on {@code out}, everything else on {@code err}, both in
 * UTF-8.
 *
 * @param terminal whether a person watches {@code out}
 */
record Console(
    PrintWriter out, PrintWriter err, InputStream in, boolean terminal, Map<String, String> env) {

  /**
   * The process's own streams. Java 17 can't tell whether standard output is a terminal, so the
   * launcher says it in the system property {@code clada.terminal}.
   */
  static Console ofProcess() {
    return new Console(
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        System.in, // buffered: a bare FileInputStream asks for its position, which a pipe has not
        Boolean.getBoolean("clada.terminal"),
        System.getenv());
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }

  /** All of standard input, without the line break that ends it. */
  String readInput() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
  }

  /** Prints a line about what is going on. */
  void note(String line) {
    err.println(line);
    err.flush();
  }
}
