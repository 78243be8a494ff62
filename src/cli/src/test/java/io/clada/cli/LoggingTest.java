package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a line of the log looks like. */
final class LoggingTest {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
    MDC.clear();
    Logging.interactive();
  }

  @Test
  void jsonIsOneObjectALineWithTheRequestsId() throws Exception {
    Logging.service(Logging.Format.JSON);
    MDC.put("request_id", "story-7");
    LoggerFactory.getLogger("io.clada.Some").info("a \"quoted\" {}", "word");

    JsonNode line = new ObjectMapper().readTree(written.toString(StandardCharsets.UTF_8));
    assertThat(line.get("formattedMessage").textValue()).isEqualTo("a \"quoted\" word");
    assertThat(line.get("level").textValue()).isEqualTo("INFO");
    assertThat(line.get("mdc").get("request_id").textValue()).isEqualTo("story-7");
  }

  @Test
  void textNamesTheRequestWhereThereIsOne() {
    Logging.service(Logging.Format.TEXT);
    LoggerFactory.getLogger("io.clada.Some").info("alone");
    MDC.put("request_id", "story-7");
    LoggerFactory.getLogger("io.clada.Some").info("together");

    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("INFO  Some: alone"),
            line -> assertThat(line).endsWith("INFO  Some: together [story-7]"));
  }

  @Test
  void secretsAreHiddenWholeInEitherFormat() {
    for (Logging.Format format : Logging.Format.values()) {
      Logging.service(format);
      Logging.conceal(List.of("word", "word-with-\"quotes\""));
      LoggerFactory.getLogger("io.clada.Some").info("login word-with-\"quotes\"");
    }

    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .allSatisfy(
            line -> assertThat(line).contains("login [hidden]").doesNotContain("word", "quotes"));
  }
}
