package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SnippetsTest {
  @Test
  void findsWhatToRunAndWhatToWrite() {
    String page =
        """
        # Title
        ```sh
        git clone https://example.org/clada && cd clada && ./clada demo
        ```
        ```text
        ./clada not-run
        ```
        ```properties worker.properties
        linger.ms=1
        ```
        ```sh
        ./clada up   # stays up
        ```
        ```sh
        mvn verify
        ```
        """;

    assertThat(Snippets.of(page.lines().toList()))
        .containsExactly(
            new Snippets.Script(2, "./clada demo", false),
            new Snippets.TextFile(8, "worker.properties", "linger.ms=1\n"),
            new Snippets.Script(11, "./clada up   # stays up", true));
  }
}
