package io.clada.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a .properties file is read, whoever reads it. */
class SettingsTest {
  @Test
  void whatIsGivenCountsAndElseTheDefault() {
    Settings settings = settings("clada.a", " 5 ", "clada.b", "true", "clada.c", "1500 ");

    assertThat(settings.wholeNumber("clada.a", 1, 0, 10)).isEqualTo(5);
    assertThat(settings.flag("clada.b", false)).isTrue();
    assertThat(settings.millis("clada.c", Duration.ofMinutes(1)))
        .isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.text("clada.d", "otherwise")).isEqualTo("otherwise");
    assertThat(settings.share("clada.e", 0.5)).isEqualTo(0.5);
    assertThat(settings.inForce())
        .isEqualTo(
            Map.of(
                "clada.a", "5",
                "clada.b", "true",
                "clada.c", "1500",
                "clada.d", "otherwise",
                "clada.e", "0.5"));
  }

  @Test
  void whatIsNotOursIsPassedOnAsItStands() {
    assertThat(settings("clada.a", "5", "ssl.keystore.password", "secret ").others())
        .isEqualTo(Map.of("ssl.keystore.password", "secret "));
  }

  @Test
  void whatIsWrongIsNamedWithWhatIsAllowed() {
    Settings settings = settings("clada.a", "11", "clada.b", "yes", "clada.c", "x,y");

    assertThatThrownBy(() -> settings.wholeNumber("clada.a", 1, 0, 10))
        .isInstanceOf(ServiceException.class)
        .hasMessage("clada.a: '11' is not a whole number from 0 to 10");
    assertThatThrownBy(() -> settings.flag("clada.b", true))
        .hasMessage("clada.b: 'yes' is not true or false");
    assertThatThrownBy(() -> settings.words("clada.c", Set.of("x")))
        .hasMessage("clada.c: 'x,y' is not a list of: x");
    assertThatThrownBy(
            () ->
                settings.multiple(
                    "clada.d", Duration.ofMillis(7), "clada.unit", Duration.ofMillis(2)))
        .hasMessage("clada.d: 7 is not a multiple of clada.unit, 2");
  }

  private static Settings settings(String... pairs) {
    Properties properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty(pairs[i], pairs[i + 1]);
    }
    return new Settings(properties);
  }
}
