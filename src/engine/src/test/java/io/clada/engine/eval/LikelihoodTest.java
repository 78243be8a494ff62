package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Perplexity and agreement over all tokens. */
final class LikelihoodTest {
  @Test
  void perplexityIsTwoToTheMeanSurprisal() {
    Likelihood likelihood = new Likelihood();
    likelihood.token(1);
    likelihood.token(2);
    likelihood.token(6);

    assertThat(likelihood.perplexity()).isCloseTo(8, within(1e-12));
    assertThat(likelihood.tokens()).isEqualTo(3);
  }

  @Test
  void agreementIsTheShareOfWhatWasCompared() {
    Likelihood likelihood = new Likelihood();
    likelihood.compared(true);
    likelihood.compared(true);
    likelihood.compared(false);

    assertThat(likelihood.agreement()).isEqualTo(new Proportion(2, 3));
  }

  @Test
  void ofNothingThereIsNone() {
    assertThat(new Likelihood().perplexity()).isNull();
    assertThat(new Likelihood().agreement()).isNull();
  }
}
