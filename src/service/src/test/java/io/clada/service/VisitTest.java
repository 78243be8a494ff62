package io.clada.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose page may have made a request. */
final class VisitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:8080                     | true  | true",
        "LocalHost                          | true  | true",
        "127.0.0.1                          | true  | true",
        "10.0.0.7:80                        | true  | true",
        "[::1]:8080                         | true  | true",
        "gateway:8080                       | false | true",
        "gateway.clada.svc.cluster.local:80 | false | true",
        "box.internal                       | false | true",
        "evil.example                       | false | false",
        "localhost.evil.example:80          | false | false",
        "127.0.0.1.evil.example             | false | false",
        "10.evil.example                    | false | false",
        "localhost,evil.example             | false | false",
        "''                                 | false | false",
      })
  void aNameThatSomebodyElseCanHaveIsNone(String host, boolean thisComputer, boolean noSite) {
    Visit visit = new Visit(host, null);

    assertThat(visit.isToThisComputer()).isEqualTo(thisComputer);
    assertThat(visit.isToNoSite()).isEqualTo(noSite);
  }

  @Test
  void aPageIsOneOfOurOwnIfItWasServedUnderTheNameThatItAsks() {
    assertThat(new Visit("box:80", null).isFromOwnPage()).isTrue();
    assertThat(new Visit("box:80", "http://box:80").isFromOwnPage()).isTrue();
    assertThat(new Visit("box", "https://BOX").isFromOwnPage()).isTrue();
    assertThat(new Visit("box:80", "http://box:81").isFromOwnPage()).isFalse();
    assertThat(new Visit("box", "null").isFromOwnPage()).isFalse();
    assertThat(new Visit(null, "http://box").isFromOwnPage()).isFalse();
  }

  @Test
  void whoNamesNoHostIsSentNowhere() {
    assertThat(new Visit(null, null).isToThisComputer()).isFalse();
    assertThat(new Visit(null, null).isToNoSite()).isFalse();
  }
}
