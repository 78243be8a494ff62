package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A statement is backed by the test that it links to, as long as that is there. */
final class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "deploy/README.md",
        "docs/compatibility.md",
        "docs/console.md",
        "docs/gateway.md",
        "docs/operations.md",
        "docs/topology.md"
      })
  void whatIsLinkedToExists(String document) throws IOException {
    Path file = TestConsole.HOME.resolve(document);
    List<Path> linked =
        LINK.matcher(Files.readString(file))
            .results()
            .map(link -> file.resolveSibling(link.group(1)).normalize())
            .toList();

    assertThat(linked).isNotEmpty().allSatisfy(target -> assertThat(target).exists());
  }
}
