package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that can be seen at one place of a template, and the rendering's budget. */
final class Frame {
  private final @Nullable Frame outer;
  private final Map<String, Object> names = new HashMap<>();
  private final Budget budget;

  private Frame(@Nullable Frame outer, Budget budget) {
    this.outer = outer;
    this.budget = budget;
  }

  static Frame outermost(Map<String, ?> names, Budget budget) {
    Frame frame = new Frame(null, budget);
    frame.names.putAll(names);
    return frame;
  }

  /** Sees what this one does; what is set there is not seen here. */
  Frame inner() {
    return new Frame(this, budget);
  }

  Budget budget() {
    return budget;
  }

  Object get(String name) {
    Frame frame = this;
    while (frame != null) {
      Object value = frame.names.get(name);
      if (value != null) {
        return value;
      }
      budget.spend(1);
      frame = frame.outer;
    }
    return new Undefined("'" + name + "'");
  }

  void set(String name, Object value) {
    names.put(name, value);
  }

  Object value(Expression expression) {
    try {
      budget.enter();
      Object value = expression.eval(this);
      budget.leave();
      return value;
    } catch (JinjaException e) {
      throw e.at(expression.line());
    }
  }

  String text(Expression expression) {
    Object value = value(expression);
    try {
      return Printed.of(value, budget);
    } catch (JinjaException e) {
      throw e.at(expression.line());
    }
  }

  List<?> elements(Expression expression) {
    Object value = value(expression);
    try {
      return Values.elements(value, budget);
    } catch (JinjaException e) {
      throw e.at(expression.line());
    }
  }
}
