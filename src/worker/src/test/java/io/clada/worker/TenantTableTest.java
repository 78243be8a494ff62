package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** {@code a:3,b:1}. */
class TenantTableTest {
  @Test
  void namesTenantsAndEverybodyElse() {
    TenantTable table = TenantTable.parse("key", "a:3, b:0.5,*:2", 1);

    assertThat(table.of("a")).isEqualTo(3);
    assertThat(table.of("b")).isEqualTo(0.5);
    assertThat(table.of("c")).isEqualTo(2);
  }

  @Test
  void fallsBackForThoseThatAreNotNamed() {
    assertThat(TenantTable.parse("key", "a:3", 1).of("")).isEqualTo(1);
  }

  @Test
  void takesANumberAloneForEverybody() {
    assertThat(TenantTable.parse("key", "600", 1).of("anybody")).isEqualTo(600);
  }

  @Test
  void takesNamesWithColons() {
    assertThat(TenantTable.parse("key", "team:a:3", 1).of("team:a")).isEqualTo(3);
  }

  @Test
  void namesThePropertyAndThePartThatIsWrong() {
    assertThatThrownBy(() -> TenantTable.parse("clada.tenant.weights", "a:3,b:0", 1))
        .isInstanceOf(WorkerException.class)
        .hasMessageStartingWith("clada.tenant.weights: 'b:0' is not TENANT:NUMBER");
    assertThatThrownBy(() -> TenantTable.parse("key", "a:3,", 1))
        .isInstanceOf(WorkerException.class);
    assertThatThrownBy(() -> TenantTable.parse("key", "a:3,a:2", 1))
        .hasMessage("key: 'a' is there twice");
  }
}
