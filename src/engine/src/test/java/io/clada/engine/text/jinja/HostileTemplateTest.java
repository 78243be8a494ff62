package io.clada.engine.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that would run for ever, fill the memory or reach out of the template. */
final class HostileTemplateTest {
  /** Less than the JVM's default, as a thread of a pool may have. */
  private static final long STACK_BYTES = 512 << 10;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{% for i in range(99) %}{{ m() }}{% endfor %}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(x='ha') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x in [ns.y] }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ [ns.x, ns.y] | unique | list }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ [0] * 1000000000000 }}",
        "{{ ('x' * 1000000).replace('x', 'y' * 1000000) }}",
        "{{ ('y' * 1000000).join(('x ' * 100000).split()) }}",
        "{{ ('a' * 1000000 + 'b') in ('a' * 2000000) }}",
        "{% for i in range(300000) %}{{ 'a' * 1000 in 'b' * 1000 }}{% endfor %}",
        "{% set big = 'x' * 9999999 %}{% for i in range(99) %}{{ big }}{% endfor %}",
        "{% set big = 'x' * 9999999 %}{% for i in range(99) %}{{ big | upper | length }}{% endfor %}",
        "{% set big = 'x' * 9999999 %}{% for i in range(99) %}{{ big[::-1] | length }}{% endfor %}",
        "{% for i in range(1000000) %}{{ 1e-300 * 3 }}{% endfor %}",
        "{% for i in range(1000000) %}{{ 1.1 | tojson }}{% endfor %}",
        "{% for i in range(9999) %}{{ ([1.5] * 999) | join | length }}{% endfor %}",
        "{{ ([3, 1, 2] * 1000000) | sort }}",
        "{{ ('ab' * 3000000) | list | unique }}",
        "{{ [1] | tojson(indent=1000000000) }}{{ range(99999) | list | tojson(indent=64) }}{{ 'x' * 49000000 }}",
        "{{ 'a\\n' * 1000000 | indent('x' * 1000) }}",
      })
  void aTemplateThatTakesTooMuchIsStopped(String template) {
    assertThatExceptionOfType(JinjaException.class)
        .isThrownBy(() -> JinjaTemplate.parse(template).render(Map.of()));
  }

  @Test
  void depthIsRefusedBeforeTheStackEnds() {
    List<String> templates =
        List.of(
            "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
            "{% macro m(n) %}{% if n %}{% for i in [1] %}{{ 'x' ~ m(n + 1) | trim }}{% endfor %}{% endif %}{% endmacro %}{{ m(1) }}",
            "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
            "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}",
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ " + "{'a':".repeat(30_000) + "1" + "}".repeat(30_000) + " }}",
            "{{ 1" + " if 1 else 1".repeat(20_000) + " }}",
            "{{ 'x'" + ".strip()".repeat(20_000) + " }}",
            "{{ 'x'" + " | trim".repeat(20_000) + " }}",
            "{{ 1" + " + 1".repeat(50_000) + " }}",
            "{{ f" + "(f".repeat(50_000) + ")".repeat(50_000) + " }}",
            "{% if 1 %}".repeat(20_000),
            "{% for i in [1] %}".repeat(10_000) + "{% endfor %}".repeat(10_000),
            "{% set " + "(".repeat(50_000) + "a" + ")".repeat(50_000) + " = 1 %}");
    for (String template : templates) {
      assertThatExceptionOfType(JinjaException.class)
          .describedAs(template.substring(0, Math.min(60, template.length())))
          .isThrownBy(() -> onASmallStack(template));
    }
  }

  @Test
  void aLongChainOfBranchesIsNoDepth() {
    String template = "{% if 0 %}" + "{% elif 0 %}".repeat(15_000) + "{% else %}x{% endif %}";

    assertThat(onASmallStack(template)).isEqualTo("x");
  }

  @Test
  void aTemplateOfAbsurdSizeIsNotParsed() {
    assertThatExceptionOfType(JinjaException.class)
        .isThrownBy(() -> JinjaTemplate.parse("x".repeat(1 << 20)))
        .withMessageContaining("too many");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.class }}",
        "{{ ''['class'] }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ messages.getClass() }}",
        "{{ messages.stream() }}",
        "{{ range.getClass() }}",
        "{{ namespace().getClass() }}",
        "{{ namespace().values }}",
        "{{ range['class'] }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.__init__.__globals__ }}",
        "{{ [1] | map('getClass') | list }}",
        "{{ [1] | map(attribute='class') | list }}",
        "{{ messages | map(attribute='__class__.__name__') | list }}",
      })
  void thereIsNothingBehindAValue(String template) {
    Map<String, Object> names = Map.of("messages", List.of(Map.of("role", "user")));
    String out;
    try {
      out = JinjaTemplate.parse(template).render(names);
    } catch (JinjaException e) {
      assertThat(e).hasMessageMatching(".*(undefined|not supported).*");
      return;
    }
    assertThat(out).matches("|\\[Undefined]");
  }

  @Test
  void oneRenderingLeavesNothingToTheNext() {
    JinjaTemplate template =
        JinjaTemplate.parse("{{ x is defined }}{% set x = 1 %}{% macro m() %}{% endmacro %}");

    assertThat(template.render(Map.of())).isEqualTo("False");
    assertThat(template.render(Map.of())).isEqualTo("False");
  }

  /** Reproduce a failure with the seed that jqwik prints. */
  @Property(tries = 3000)
  void anyTextIsRenderedOrRefused(@ForAll("templates") String template) {
    try {
      JinjaTemplate.parse(template).render(Map.of("a", List.of(1, "x", Map.of("k", 1.5))));
    } catch (JinjaException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> templates() {
    return Arbitraries.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            " ",
            "\n",
            "if",
            "else",
            "elif",
            "endif",
            "for",
            "in",
            "endfor",
            "set",
            "macro",
            "endmacro",
            "endset",
            "raw",
            "endraw",
            "a",
            "b",
            "=",
            "==",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ":",
            ",",
            ".",
            "|",
            "~",
            "*",
            "/",
            "%",
            "1",
            "2.5",
            "'s'",
            "\"",
            "'",
            "\\",
            "not",
            "and",
            "or",
            "is",
            "defined",
            "trim",
            "tojson",
            "list",
            "first",
            "map",
            "sort",
            "join",
            "range",
            "namespace",
            "loop",
            "index",
            "k",
            "none",
            "true",
            "strip",
            "split",
            "items",
            "{{ a",
            " }}",
            "{% if a %}",
            "{% endif %}",
            "{% for b in a %}",
            "{% endfor %}",
            "\ud83d\ude80",
            "\u0000")
        .list()
        .ofMaxSize(40)
        .map(words -> String.join("", words));
  }

  private static String onASmallStack(String template) {
    CompletableFuture<String> rendered = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                rendered.complete(JinjaTemplate.parse(template).render(Map.of()));
              } catch (RuntimeException | StackOverflowError e) {
                rendered.completeExceptionally(e);
              }
            },
            "small",
            STACK_BYTES);
    thread.start();
    try {
      return rendered.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof JinjaException refusal) {
        throw refusal;
      }
      throw e;
    }
  }
}
