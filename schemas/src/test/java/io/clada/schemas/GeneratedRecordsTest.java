package io.clada.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;

class GeneratedRecordsTest {

  /** Their defaults are an enum and a record, classes that Avro trusts only if it is told to. */
  @Test
  void buildersFillInDefaultsWithoutASystemProperty() {
    assertThat(System.getProperty("org.apache.avro.SERIALIZABLE_PACKAGES")).isNull();

    assertThat(GenerationRequest.newBuilder().setPrompt("p").build().getMode())
        .isEqualTo(Mode.CLADA);
    assertThat(
            SparsityStats.newBuilder()
                .setModel("m")
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH)
                .build()
                .getEntropy()
                .getP50())
        .isZero();
  }

  @Test
  void otherClassesStayUntrusted() {
    GenerationRequest.getClassSchema();

    assertThatThrownBy(() -> ClassSecurityValidator.validate(ProcessBuilder.class))
        .isInstanceOf(SecurityException.class);
  }
}
