package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.InvalidRequestException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A text in two, by tokens; here a word is a token. */
final class TextHalvesTest {
  private static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  @Property
  void theHalvesJoinToTheTextAndAreHalves(@ForAll @IntRange(min = 32, max = 900) int words) {
    String text = "word  ".repeat(words).strip();

    TextHalves.Halves halves = new TextHalves(TextHalvesTest::words).of(text);

    assertThat(halves.first() + halves.second()).isEqualTo(text);
    assertThat(halves.second()).startsWith("  word");
    assertThat(words(halves.first())).isEqualTo(words / 2);
  }

  @Test
  void aShortTextAndOneWithoutWordsStayWhole() {
    TextHalves halves = new TextHalves(TextHalvesTest::words);

    assertThat(halves.of("a b ".repeat(15))).isNull();
    assertThat(new TextHalves(String::length).of("x".repeat(100))).isNull();
  }

  @Test
  void aTextThatIsTooLongForTheModelIsCutAllTheSame() {
    TextHalves halves =
        new TextHalves(
            text -> {
              if (words(text) > 700) {
                throw new InvalidRequestException("prompt", "too long");
              }
              return words(text);
            });

    assertThat(words(halves.of("w ".repeat(5000)).first())).isEqualTo(512);
  }
}
