package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** The report as a browser takes it. */
final class HtmlReportTest {
  @Test
  void everyPartOfAnEvaluationIsThere() {
    String html = HtmlReport.of(SampleRuns.evaluation(" and"));

    assertThat(html)
        .contains(
            "<h1>Evaluation of demo-llama</h1>",
            "25 examples of stories.jsonl; 3 passed over as not valid",
            "<h2>Quality against speed</h2>",
            "<h3>Example 4, mode clada</h3>",
            "<h2>Layers</h2>",
            "<h2>Measured</h2>",
            "<h2>Against dense</h2>");
  }

  @Test
  void theLastTableIsThePapers() {
    String html = HtmlReport.of(SampleRuns.evaluation(" and"));

    assertThat(html.substring(html.lastIndexOf("<table>")))
        .contains("<th>Model</th><th>Mode</th><th>Speedup</th><th>Accuracy Retention</th>")
        .contains("<td>demo-llama</td><td>clada</td><td>22.1%</td><td>98.3%</td>")
        .contains("<td>demo-llama</td><td>exact</td><td>9.2%</td><td>100.0%</td>")
        .doesNotContain("<td>dense</td>");
  }

  @Test
  void aCalibrationShowsItsFrontierWithTheTarget() {
    String html = HtmlReport.of(SampleRuns.calibration());

    assertThat(html).contains("<h2>What quality costs</h2>", "target 1 %", ">chosen</text>");
    assertThat(html).doesNotContain("token by token");
  }

  @Test
  void nothingIsLoadedAndNothingRuns() {
    String html = HtmlReport.of(SampleRuns.evaluation(SampleRuns.HOSTILE));

    assertThat(html)
        .doesNotContain("<script", "src=", "href=", "@import", "url(", "http:", "https:")
        .doesNotContain("\u0000")
        .contains("default-src 'none'")
        .contains("&lt;/svg&gt;&lt;script&gt;alert(&quot;x&quot;)");
  }

  @Test
  void everyPictureIsWellFormedForWideAndNarrowScreens() throws Exception {
    for (EvalRun run :
        List.of(SampleRuns.evaluation(SampleRuns.HOSTILE), SampleRuns.calibration())) {
      Matcher pictures =
          Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(HtmlReport.of(run));
      int count = 0;
      while (pictures.find()) {
        String picture = pictures.group();
        assertThatCode(() -> parse(picture)).describedAs(picture).doesNotThrowAnyException();
        assertThat(picture).doesNotContain("NaN", "Infinity");
        count++;
      }
      assertThat(count).isEqualTo(6);
    }
  }

  private static void parse(String xml) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void aRunWithoutAnythingIsAPageAllTheSame() {
    EvalRun nothing =
        new EvalRun(
            "Evaluation",
            "m",
            "d",
            0,
            0,
            Map.of(),
            List.of(),
            Map.of(),
            List.of(),
            List.of(),
            null);

    assertThat(HtmlReport.of(nothing)).contains("0 examples of d").endsWith("</html>\n");
  }

  @Test
  void whatNoModeHasIsNoColumn() {
    EvalRun run = SampleRuns.calibration();

    assertThat(HtmlReport.of(run)).contains("<th>accuracy</th>").doesNotContain("drafts accepted");
  }
}
