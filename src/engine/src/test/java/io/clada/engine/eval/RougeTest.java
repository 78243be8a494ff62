package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** ROUGE-L as Google's Python package computes it (make_rouge_golden.py). */
final class RougeTest {
  @TestFactory
  List<DynamicTest> scoresAreThoseOfThePythonPackage() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = RougeTest.class.getResourceAsStream("/rouge/golden.json")) {
      for (JsonNode pair : new ObjectMapper().readTree(in)) {
        String reference = pair.get("reference").asText();
        String candidate = pair.get("candidate").asText();
        tests.add(
            DynamicTest.dynamicTest(
                reference + " / " + candidate,
                () ->
                    assertThat(Rouge.l(reference, candidate))
                        .isCloseTo(pair.get("f1").asDouble(), within(1e-12))));
      }
    }
    assertThat(tests).hasSizeGreaterThan(50);
    return tests;
  }
}
