package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens per tenant and minute. */
class TokenBudgetsTest {
  private final TokenBudgets budgets =
      new TokenBudgets(new TenantTable(Map.of("a", 600.0), Double.POSITIVE_INFINITY));

  @Test
  void allowsRequestsWhileAnythingIsLeft() {
    budgets.spend("a", 599, 0);

    assertThat(budgets.allows("a", 0)).isTrue();
    budgets.spend("a", 1, 0);
    assertThat(budgets.allows("a", 0)).isFalse();
  }

  @Test
  void fillsSteadilyAndPaysDebtsFirst() {
    budgets.spend("a", 900, 0);

    assertThat(budgets.allows("a", 30_000)).isFalse();
    assertThat(budgets.allows("a", 30_100)).isTrue();
  }

  @Test
  void holdsOneMinutesWorthAtMost() {
    budgets.spend("a", 1, 0);
    budgets.spend("a", 600, 3_600_000);

    assertThat(budgets.allows("a", 3_600_000)).isFalse();
  }

  @Test
  void limitsNobodyElse() {
    budgets.spend("b", Integer.MAX_VALUE, 0);

    assertThat(budgets.allows("b", 0)).isTrue();
  }
}
