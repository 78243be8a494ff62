package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OutputTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  @Test
  void shadesByStepsOfSurprisal() {
    Shading shading = new Shading(true);

    assertThat(shading.shade(" sure", 0.9)).isEqualTo(" sure");
    assertThat(shading.shade(" odd", 2.5)).isEqualTo("\u001b[48;5;229;30m odd\u001b[0m");
    assertThat(shading.shade(" mad", 99)).isEqualTo("\u001b[48;5;203;30m mad\u001b[0m");
  }

  @Test
  void endsTheShadeBeforeALineBreak() {
    assertThat(new Shading(true).shade("a\nb", 1))
        .isEqualTo("\u001b[48;5;230;30ma\u001b[0m\n\u001b[48;5;230;30mb\u001b[0m");
  }

  @Test
  void shadesOnATerminalUnlessToldNotTo() {
    OutputOptions options = new OutputOptions();

    assertThat(shaded(options, true, Map.of())).isTrue();
    assertThat(shaded(options, true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(shaded(options, false, Map.of())).isFalse();
    options.colour = OutputOptions.Colour.ALWAYS;
    assertThat(shaded(options, false, Map.of("NO_COLOR", "1"))).isTrue();
    options.colour = OutputOptions.Colour.NEVER;
    assertThat(shaded(options, true, Map.of())).isFalse();
  }

  @Test
  void jsonHasTheSchemasNamesAndNoNulls() throws Exception {
    TokenEvent event =
        TokenEvent.newBuilder(token(3, 1, " a\n\"b\"", Finish.STOP))
            .setUsage(Usage.newBuilder().setSeed(7).build())
            .build();

    new JsonTokens(out).token(event);

    assertThat(written.toString()).endsWith("\n").doesNotContain("\n\n");
    JsonNode json = new ObjectMapper().readTree(written.toString());
    assertThat(json.get("token_index").intValue()).isEqualTo(3);
    assertThat(json.get("text").textValue()).isEqualTo(" a\n\"b\"");
    assertThat(json.get("finish").textValue()).isEqualTo("STOP");
    assertThat(json.get("usage").get("seed").longValue()).isEqualTo(7);
    assertThat(json.has("entropy")).isFalse();
  }

  @Test
  void aRetractionPrintsTheAnswerAgain() {
    TextTokens text = new TextTokens(out, new Shading(false));
    text.begin("say:");
    text.token(token(0, 0, " a", null));
    text.token(token(1, 0, " b", null));

    text.retract(List.of(token(0, 0, " a", null)));
    text.token(token(1, 1, " c", null));
    text.end();

    assertThat(written.toString().lines())
        .containsExactly("say: a b", "[retracted from token 1 on; again:]", "say: a c");
  }

  private boolean shaded(OutputOptions options, boolean terminal, Map<String, String> env) {
    Console console = new Console(out, out, System.in, terminal, env);
    return !options.shading(console).shade("x", 9).equals("x");
  }

  private static TokenEvent token(int index, int attempt, String text, @Nullable Finish finish) {
    return TokenEvent.newBuilder()
        .setId("r1")
        .setTokenIndex(index)
        .setAttempt(attempt)
        .setTokenId(index)
        .setText(text)
        .setSurprisal(0.5)
        .setFinish(finish)
        .build();
  }
}
