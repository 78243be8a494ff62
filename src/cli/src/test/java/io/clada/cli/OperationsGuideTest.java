package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert, or looks at a metric, finds it in docs/operations.md. */
final class OperationsGuideTest {
  /** Of a file that makes meters: Micrometer's own types, not what binds others'. */
  private static final Pattern MAKES_METERS =
      Pattern.compile("import io\\.micrometer\\.core\\.instrument\\.[A-Z]");

  private static final String METER = "\"((?:clada|gen_ai)\\.(?!internal)[a-z._]+)\"";
  private static final String LISTED = "`((?:clada|gen_ai)_[a-z_]+)`";

  /** What Prometheus' format adds to the name of a meter. */
  private static final Pattern SUFFIX = Pattern.compile("(_(seconds|bytes|total))+$");

  private String guide;

  @BeforeEach
  void read() throws IOException {
    guide = Files.readString(TestConsole.HOME.resolve("docs/operations.md"));
  }

  @Test
  void everyAlertHasASectionAndEverySectionAnAlert() throws IOException {
    Path rules = TestConsole.HOME.resolve("deploy/helm/clada/files/alerts.yaml");
    List<String> alerts = DeployFilesTest.yaml(rules).get(0).findValuesAsText("alert");

    assertThat(alerts).hasSizeGreaterThan(20);
    assertThat(found("(?m)^### (Clada\\w+)$", guide)).containsExactlyElementsOf(alerts);
    assertThat(found("\\(#(clada\\w+)\\)", guide))
        .isSubsetOf(alerts.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
  }

  @Test
  void everyMetricOfOursIsListedAndEveryOneListedIsThere() throws IOException {
    Set<String> meters = new TreeSet<>();
    for (String source : sources()) {
      if (MAKES_METERS.matcher(source).find()) {
        found(METER, source).forEach(name -> meters.add(name.replace('.', '_')));
      }
    }
    Set<String> listed =
        found(LISTED, guide).stream()
            .map(name -> SUFFIX.matcher(name).replaceFirst(""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(meters).hasSizeGreaterThan(40);
    assertThat(listed).isEqualTo(meters);
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> all = Files.walk(TestConsole.HOME)) {
      return all.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
          .filter(file -> !file.toString().contains("/target/"))
          .map(OperationsGuideTest::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(hit -> hit.group(1)).toList();
  }
}
