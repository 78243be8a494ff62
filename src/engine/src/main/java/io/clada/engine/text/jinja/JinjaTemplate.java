package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed template. Safe for use by several threads: each rendering has names and a budget of its
 * own.
 */
public final class JinjaTemplate {
  private static final int MOST_CHARS = 1 << 18;

  private final Statement.Block body;

  private JinjaTemplate(Statement.Block body) {
    this.body = body;
  }

  /**
   * Parses a template.
   *
   * @throws JinjaException with the line, if it is no template, or uses what is not supported
   */
  public static JinjaTemplate parse(String template) {
    if (template.length() > MOST_CHARS) {
      throw JinjaException.syntax(
          template.length() + " characters are too many; at most " + MOST_CHARS, 1);
    }
    return new JinjaTemplate(TemplateParser.parse(template));
  }

  /**
   * Renders the template, with the functions {@code namespace} and {@code range} beside what is
   * given.
   *
   * @param names what the template sees: Strings, Booleans, Numbers, Lists, Maps, {@link
   *     Function}s; a null is Python's None
   * @throws JinjaException with the line, if the template fails, raises, or takes too much
   */
  public String render(Map<String, ? extends @Nullable Object> names) {
    Budget budget = new Budget();
    Map<String, Object> values = new HashMap<>();
    values.put("namespace", (Function) Namespace::of);
    values.put("range", (Function) arguments -> range(arguments, budget));
    names.forEach((name, value) -> values.put(name, valueOf(value)));
    Output out = new Output(budget);
    body.run(Frame.outermost(values, budget), out);
    return out.toString();
  }

  private static Object valueOf(@Nullable Object value) {
    if (value == null) {
      return None.NONE;
    } else if (value instanceof Integer whole) {
      return whole.longValue();
    } else if (value instanceof List<?> list) {
      return list.stream().map(JinjaTemplate::valueOf).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> copy.put(valueOf(key), valueOf(element)));
      return copy;
    } else if (value instanceof String || value instanceof Function || Values.isNumber(value)) {
      return value;
    }
    throw new IllegalArgumentException(value.getClass() + " is no value of a template");
  }

  private static Object range(Arguments arguments, Budget budget) {
    arguments.atMost(3);
    List<Object> given = arguments.byPlace();
    boolean fromZero = given.size() == 1;
    long start = fromZero ? 0 : Numbers.whole(arguments.required(0, "start"));
    long end = Numbers.whole(arguments.required(fromZero ? 0 : 1, "stop"));
    long step = Numbers.whole(arguments.get(2, "step", 1L));
    if (step == 0) {
      throw JinjaException.of("range with step 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < end : i > end; i = Math.addExact(i, step)) {
      budget.spendElements(1);
      numbers.add(i);
    }
    return numbers;
  }
}
