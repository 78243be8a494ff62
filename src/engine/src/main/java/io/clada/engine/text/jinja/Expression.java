package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tag that has a value. Evaluated through {@link Frame#value}, which keeps the books.
 */
sealed interface Expression {
  /** Line of the template, for errors. */
  int line();

  Object eval(Frame frame);

  record Constant(Object value, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return value;
    }
  }

  record Name(String name, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return frame.get(name);
    }
  }

  record ListOf(List<Expression> items, boolean tuple, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      List<Object> values = new ArrayList<>(items.size());
      for (Expression item : items) {
        values.add(frame.value(item));
      }
      return tuple ? new Tuple(values) : List.copyOf(values);
    }
  }

  record MapOf(List<Expression> keys, List<Expression> values, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        Object key = frame.value(keys.get(i));
        if (!(key instanceof String || key == None.NONE || Values.isNumber(key))) {
          throw JinjaException.of(Values.typeOf(key) + " cannot be a key");
        }
        map.put(key, frame.value(values.get(i)));
      }
      return map;
    }
  }

  /** {@code of.name} */
  record Attribute(Expression of, String name, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Members.attribute(frame.value(of), name, frame.budget());
    }
  }

  /** {@code of[key]} */
  record Item(Expression of, Expression key, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Members.item(frame.value(of), frame.value(key), frame.budget());
    }
  }

  /** {@code of[from:to:step]} */
  record Slice(
      Expression of,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step,
      int line)
      implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Members.slice(
          frame.value(of),
          bound(from, frame),
          bound(to, frame),
          bound(step, frame),
          frame.budget());
    }

    private static @Nullable Long bound(@Nullable Expression bound, Frame frame) {
      Object value = bound == null ? None.NONE : frame.value(bound);
      return value == None.NONE ? null : (Long) Numbers.whole(value);
    }
  }

  /** The arguments of a call. */
  record Given(List<Expression> byPlace, Map<String, Expression> byName) {
    static final Given NOTHING = new Given(List.of(), Map.of());

    Arguments eval(Frame frame) {
      List<Object> values = new ArrayList<>(byPlace.size());
      byPlace.forEach(value -> values.add(frame.value(value)));
      Map<String, Object> named = new LinkedHashMap<>();
      byName.forEach((name, value) -> named.put(name, frame.value(value)));
      return new Arguments(values, named);
    }
  }

  record Call(Expression function, Given given, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      Object called = frame.value(function);
      if (called instanceof Values.Undefined undefined) {
        throw undefined.error();
      }
      if (!(called instanceof Function callable)) {
        throw JinjaException.of(Values.typeOf(called) + " cannot be called");
      }
      frame.budget().spend(Budget.LONG);
      return callable.call(given.eval(frame));
    }
  }

  /** {@code of | name(given)} */
  record Filter(Expression of, String name, Given given, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Filters.apply(name, frame.value(of), given.eval(frame), frame.budget());
    }
  }

  /** {@code of is name(given)} */
  record Test(Expression of, String name, Given given, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Tests.check(name, frame.value(of), given.eval(frame), frame.budget());
    }
  }

  record Not(Expression of, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      return !Values.truth(frame.value(of));
    }
  }

  record Negative(Expression of, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      Object value = frame.value(of);
      return value instanceof Double real ? (Object) (-real) : Numbers.apply("-", 0L, value);
    }
  }

  /** {@code and}, {@code or}: the value that decides, not its truth. */
  record Either(Expression left, boolean and, Expression right, int line) implements Expression {
    @Override
    public Object eval(Frame frame) {
      Object first = frame.value(left);
      return Values.truth(first) == and ? frame.value(right) : first;
    }
  }

  /** {@code value if test else otherwise} */
  record Conditional(Expression test, Expression value, @Nullable Expression otherwise, int line)
      implements Expression {
    @Override
    public Object eval(Frame frame) {
      if (Values.truth(frame.value(test))) {
        return frame.value(value);
      }
      return otherwise == null
          ? new Values.Undefined("an inline if without else")
          : frame.value(otherwise);
    }
  }

  record Arithmetic(Expression left, String operator, Expression right, int line)
      implements Expression {
    @Override
    public Object eval(Frame frame) {
      return Operators.apply(operator, frame.value(left), frame.value(right), frame.budget());
    }
  }

  /** {@code a < b <= c}: each with the next. */
  record Comparison(Expression first, List<String> operators, List<Expression> others, int line)
      implements Expression {
    @Override
    public Object eval(Frame frame) {
      Object left = frame.value(first);
      for (int i = 0; i < operators.size(); i++) {
        Object right = frame.value(others.get(i));
        if (!Operators.holds(operators.get(i), left, right, frame.budget())) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }
}
