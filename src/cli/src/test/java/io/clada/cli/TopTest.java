package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code clada top} makes of the pages of one or several instances. */
final class TopTest {
  private static final String PAGE =
      """
      {"now": "2030-01-01T10:01:15Z", "of": 4, "partitions": [%s], "%s": [%s]}
      """;
  private static final String WINDOW =
      """
      {"model": "%s", "mode": null, "tenant": null, "window_start": "2030-01-01T10:%s:00Z",
       "window_end": "2030-01-01T10:%s:00Z", "tokens": %d, "weights_read_ratio": %s}
      """;

  @Test
  void theLastMinuteReachesIntoTheWindowBefore() throws Exception {
    // A quarter of the minute is in the open window, three quarters are in the one before.
    JsonNode before = json(WINDOW.formatted("a", "00", "01", 400, "0.5"));
    JsonNode open = json(WINDOW.formatted("a", "01", "02", 300, "0.7"));
    long now = Instant.parse("2030-01-01T10:01:15Z").toEpochMilli();

    LastMinute minute = new LastMinute(List.of(before, open), now, 60_000);

    assertThat(minute.perSecond("tokens")).isEqualTo((300 + 0.75 * 400) / 60);
    assertThat(minute.mean("weights_read_ratio")).isEqualTo(0.6, offset(1e-9));
  }

  @Test
  void aModelWithoutTrafficHasNoMeans() throws Exception {
    JsonNode old = json(WINDOW.formatted("a", "00", "01", 400, "0.5"));
    long later = Instant.parse("2030-01-01T10:09:00Z").toEpochMilli();

    LastMinute minute = new LastMinute(List.of(old), later, 60_000);

    assertThat(minute.perSecond("tokens")).isZero();
    assertThat(minute.mean("weights_read_ratio")).isNaN();
  }

  @Test
  void instancesAnswersAreOneTable() throws Exception {
    FleetStatus.Pages pages = new FleetStatus.Pages();
    pages.add(
        json(PAGE.formatted("0, 1", "thresholds", "{\"model\": \"a\", \"version\": 3}")),
        json(PAGE.formatted("0, 1", "windows", WINDOW.formatted("a", "01", "02", 60, "0.7"))));
    pages.add(
        json(PAGE.formatted("2", "thresholds", "{\"model\": \"b\", \"version\": 1}")),
        json(PAGE.formatted("2", "windows", WINDOW.formatted("b", "00", "59", 9, "0.7"))));

    FleetStatus fleet = pages.status(List.of("http://c/ is not ready"));

    assertThat(TopTable.text(fleet))
        .contains("a ", "1.0 ", "0.000 / 0.000 (3)", "b ")
        .contains("Of 4 partitions only 3", "--url", "http://c/ is not ready");
    assertThat(json(TopTable.json(fleet)).path("complete").asBoolean()).isFalse();
  }

  @Test
  void aTerminalIsDrawnOverAndLeftAsItWas() {
    StringWriter written = new StringWriter();
    try (Screen screen = new Screen(new PrintWriter(written), true)) {
      screen.show("one\ntwo");
      written.getBuffer().setLength(0);

      screen.show("three");

      assertThat(written.toString()).isEqualTo("\u001b[Hthree\u001b[K\n\u001b[J");
      written.getBuffer().setLength(0);
    }
    assertThat(written.toString()).isEqualTo("\u001b[?7h\u001b[?25h");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
