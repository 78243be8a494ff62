package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.EngineOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The options for the model and its engine. */
final class EngineArgumentsTest {
  @Test
  void anEngineRuns32AtOnceAndSizesItsCacheItselfUnlessToldOtherwise() {
    assertThat(parsed().options()).isEqualTo(EngineOptions.DEFAULT);
    assertThat(parsed("--slots", "4", "--kv-cache", "512m").options())
        .isEqualTo(new EngineOptions(4, 512L << 20));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "77,77",
    "64k,65536",
    "3M,3145728",
    "4g,4294967296",
    "999999999g,1073741822926258176"
  })
  void sizesAreBytesOrANumberWithAUnit(String size, long bytes) {
    assertThat(new MemorySize().convert(size)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4 g", "-1", "4gb", "1.5g", "9999999999g", "g"})
  void whatIsNoSizeIsRefusedWithTheWayOut(String size) {
    assertThatThrownBy(() -> parsed("--kv-cache", size))
        .isInstanceOf(ParameterException.class)
        .hasMessageContainingAll("--kv-cache", "'" + size + "' is no size", "such as 4g");
  }

  @Test
  void anEngineWithoutSlotsIsRefusedBeforeAModelIsLoaded() {
    TestConsole console = new TestConsole();

    assertThat(console.run("demo", "--slots", "0", "--model-path", "/nowhere")).isEqualTo(1);

    assertThat(console.err()).startsWith("clada: --slots (0) must be at least 1");
  }

  @ParameterizedTest
  @CsvSource({
    "--device,cuda:17,device cuda:17 is not there",
    "--device,tpu,device 'tpu' is not known; known: auto",
    "--precision,float8,precision 'float8' is not known; known: auto"
  })
  void aModelIsRefusedWhereItCannotRun(String option, String value, String message) {
    TestConsole console = new TestConsole();

    assertThat(console.run("generate", "--prompt", "once", option, value)).isEqualTo(1);

    assertThat(console.err()).startsWith("clada: " + message);
  }

  @Test
  void eightBitsAndAPrecisionContradictEachOther() {
    TestConsole console = new TestConsole();

    int code =
        console.run("generate", "--prompt", "x", "--low-memory-mode", "--precision", "float16");

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).contains("--low-memory-mode", "leave --precision float16 out");
  }

  @Test
  void everyPrecisionAnswers() {
    for (String[] how :
        new String[][] {
          {"--precision", "float32"}, {"--precision", "bfloat16"}, {"--low-memory-mode"}
        }) {
      TestConsole console = new TestConsole();
      String[] args = {"generate", "--prompt", "once upon a time", "--max-new-tokens", "3"};

      int code = console.run(Stream.of(args, how).flatMap(Arrays::stream).toArray(String[]::new));

      assertThat(code).describedAs(console.err()).isZero();
      assertThat(console.err()).contains("3 tokens");
    }
  }

  @Test
  void loadingShowsALineThatIsGoneAfterwardsOnATerminalOnly() {
    StringWriter watched = new StringWriter();
    StringWriter piped = new StringWriter();
    ModelOption model = new ModelOption();

    new EngineArguments().load(model, console(watched, true)).close();
    new EngineArguments().load(model, console(piped, false)).close();

    assertThat(watched.toString()).contains("Loading weights", "100%").endsWith(" \r");
    assertThat(watched.toString()).doesNotContain("\n");
    assertThat(piped.toString()).isEmpty();
  }

  private static Console console(StringWriter out, boolean terminal) {
    return new Console(
        new PrintWriter(out), new PrintWriter(new StringWriter()), System.in, terminal, Map.of());
  }

  private static BatchArguments parsed(String... args) {
    BatchArguments arguments = new BatchArguments();
    new CommandLine(new Bare()).addMixin("batch", arguments).parseArgs(args);
    return arguments;
  }

  @CommandLine.Command
  private static final class Bare {}
}
