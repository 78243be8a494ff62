package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page in {@code docs} of which the build writes a part, or at least knows what it must say.
 * After a change: {@code mvn -pl topology -am test -Dtest=Topology*Test,KeepRatioSimulationTest
 * -Dclada.refresh.docs=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class DocsPage {
  static final Path FOLDER = Path.of("..", "docs");
  private static final String REFRESH = "refresh the page: DocsPage says how";

  private DocsPage() {}

  /** Whether parts that differ are to be written. */
  static boolean isRefreshed() {
    return Boolean.getBoolean("clada.refresh.docs");
  }

  /** Fails unless a page says {@code part} between these two. */
  static void assertShows(String name, String begin, String end, String part) throws IOException {
    Path file = FOLDER.resolve(name);
    String page = Files.readString(file);
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end, from);
    assertThat(page).contains(begin);
    assertThat(to).isGreaterThanOrEqualTo(from);
    if (isRefreshed()) {
      page = page.substring(0, from) + part + page.substring(to);
      Files.writeString(file, page);
      to = from + part.length();
    }

    assertThat(page.substring(from, to)).as(REFRESH).isEqualTo(part);
  }
}
