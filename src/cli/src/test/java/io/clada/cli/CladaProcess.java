package io.clada.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The clada command in a process of its own, on this build's class path. */
final class CladaProcess implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private CladaProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** With the options of the launcher, which some releases of Java would warn without. */
  static List<String> commandLine(String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(
        List.of(
            "-Dclada.home=" + TestConsole.HOME,
            "-cp",
            System.getProperty("java.class.path"),
            "io.clada.cli.Clada"));
    command.addAll(List.of(args));
    return command;
  }

  static CladaProcess start(Path folder, String name, String... args) throws IOException {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    List<String> command = interruptible();
    command.addAll(commandLine(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new CladaProcess(process, out, err);
  }

  /** A build that runs in the background ignores Ctrl-C, and so would its children. */
  private static List<String> interruptible() throws IOException {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(prefix);
    trial.add("true");
    try {
      boolean works = new ProcessBuilder(trial).start().waitFor() == 0;
      return works ? new ArrayList<>(prefix) : new ArrayList<>();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: the process can close nothing. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGINT, as Ctrl-C sends it, and the exit code. */
  int interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).inheritIO().start().waitFor();
    return exitCode();
  }

  /** SIGTERM and the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return exitCode();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the process did not end within 60 s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
