package io.clada.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;

class StopStringsTest {
  @Property(tries = 1000)
  void endsWhereAPlainSearchDoes(
      @ForAll @From("stopLists") List<String> stopList, @ForAll @From("pieces") List<String> text) {
    var stops = new StopStrings(stopList);
    StringBuilder shown = new StringBuilder();
    text.forEach(piece -> shown.append(stops.add(piece)));
    shown.append(stops.finish());

    String whole = String.join("", text);
    int end = plainSearch(stopList, whole);

    assertThat(shown.toString()).isEqualTo(end < 0 ? whole : whole.substring(0, end));
    assertThat(stops.matched()).isEqualTo(end >= 0);
  }

  @Property(tries = 1000)
  void holdsBackNoMoreThanMayBeAStop(
      @ForAll @From("stopLists") List<String> stopList, @ForAll @From("pieces") List<String> text) {
    var stops = new StopStrings(stopList);
    StringBuilder given = new StringBuilder();
    StringBuilder shown = new StringBuilder();
    for (String piece : text) {
      given.append(piece);
      shown.append(stops.add(piece));
      if (stops.matched()) {
        return;
      }
      String held = given.substring(shown.length());
      assertThat(held.isEmpty() || stopList.stream().anyMatch(stop -> stop.startsWith(held)))
          .as("held back: %s", held)
          .isTrue();
    }
  }

  @Example
  void letsTextGoWithoutStops() {
    var stops = new StopStrings(List.of());

    assertThat(stops.add("at once")).isEqualTo("at once");
    assertThat(stops.finish()).isEmpty();
  }

  @Example
  void holdsBackABeginningAndLetsItGoWhenItIsNone() {
    var stops = new StopStrings(List.of("\n\nUser:"));

    assertThat(stops.add("Yes.\n")).isEqualTo("Yes.");
    assertThat(stops.add("\nUse")).isEmpty();
    assertThat(stops.add("ful.")).isEqualTo("\n\nUseful.");
  }

  @Example
  void endsInFrontOfAStopThatComesInPieces() {
    var stops = new StopStrings(List.of("END"));

    assertThat(stops.add("the E")).isEqualTo("the ");
    assertThat(stops.add("N")).isEmpty();
    assertThat(stops.add("D of it")).isEmpty();
    assertThat(stops.matched()).isTrue();
    assertThat(stops.add("more")).isEmpty();
    assertThat(stops.finish()).isEmpty();
  }

  @Example
  void givesWhatItHeldBackAtTheEnd() {
    var stops = new StopStrings(List.of("END"));

    assertThat(stops.add("the EN")).isEqualTo("the ");
    assertThat(stops.finish()).isEqualTo("EN");
    assertThat(stops.matched()).isFalse();
  }

  @Example
  void endsInFrontOfTheLongestOfTwoThatEndTogether() {
    var stops = new StopStrings(List.of("b", "ab"));

    assertThat(stops.add("xab")).isEqualTo("x");
  }

  @Example
  void refusesAnEmptyStop() {
    assertThatThrownBy(() -> new StopStrings(List.of("a", "")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Where the text ends, or -1. */
  private static int plainSearch(List<String> stops, String text) {
    for (int end = 1; end <= text.length(); end++) {
      String seen = text.substring(0, end);
      int longest = stops.stream().filter(seen::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return end - longest;
      }
    }
    return -1;
  }

  @Provide
  Arbitrary<List<String>> stopLists() {
    return words().ofMinLength(1).ofMaxLength(4).list().ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return words().ofMaxLength(5).list().ofMaxSize(12);
  }

  /** Two letters only, so that beginnings of stops are everywhere. */
  private static StringArbitrary words() {
    return Arbitraries.strings().withChars('a', 'b');
  }
}
