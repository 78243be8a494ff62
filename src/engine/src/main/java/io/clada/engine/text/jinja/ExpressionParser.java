package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Expression.Arithmetic;
import io.clada.engine.text.jinja.Expression.Attribute;
import io.clada.engine.text.jinja.Expression.Call;
import io.clada.engine.text.jinja.Expression.Comparison;
import io.clada.engine.text.jinja.Expression.Conditional;
import io.clada.engine.text.jinja.Expression.Constant;
import io.clada.engine.text.jinja.Expression.Either;
import io.clada.engine.text.jinja.Expression.Filter;
import io.clada.engine.text.jinja.Expression.Given;
import io.clada.engine.text.jinja.Expression.Item;
import io.clada.engine.text.jinja.Expression.ListOf;
import io.clada.engine.text.jinja.Expression.MapOf;
import io.clada.engine.text.jinja.Expression.Name;
import io.clada.engine.text.jinja.Expression.Negative;
import io.clada.engine.text.jinja.Expression.Not;
import io.clada.engine.text.jinja.Expression.Slice;
import io.clada.engine.text.jinja.Expression.Test;
import io.clada.engine.text.jinja.Values.None;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses what is inside a tag. One method per level of precedence, from {@code if else} to what
 * binds closest, as Jinja orders them: a filter binds closer than an operator.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Map<String, Object> CONSTANTS =
      Map.of(
          "true", true, "True", true, "false", false, "False", false, "none", None.NONE, "None",
          None.NONE);
  private static final Set<Token.Type> TEST_ARGUMENTS =
      Set.of(Token.Type.NAME, Token.Type.STRING, Token.Type.INTEGER, Token.Type.FLOAT);

  private final Tokens tokens;
  private int depth;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** One expression, or several with commas between, which are a tuple. */
  Expression tuple() {
    return tuple(this::expression);
  }

  /** As {@link #tuple()}, where an {@code if} behind is not part of it. */
  Expression tupleWithoutIf() {
    return tuple(this::or);
  }

  private Expression tuple(Supplier<Expression> element) {
    int line = line();
    Expression first = element.get();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !atEnd()) {
      items.add(element.get());
    }
    return new ListOf(items, true, line);
  }

  private boolean atEnd() {
    Token.Type type = tokens.peek().type();
    return type == Token.Type.PRINT_END || type == Token.Type.BLOCK_END || tokens.isOperator(")");
  }

  Expression expression() {
    if (++depth > Budget.MOST_DEPTH / 2) {
      throw JinjaException.syntax("an expression is nested too deeply", line());
    }
    Expression value = or();
    while (tokens.isName("if")) {
      int line = tokens.next().line();
      Expression test = or();
      value = new Conditional(test, value, tokens.skipName("else") ? expression() : null, line);
    }
    depth--;
    return value;
  }

  private Expression or() {
    Expression left = and();
    while (tokens.isName("or")) {
      int line = tokens.next().line();
      left = new Either(left, false, and(), line);
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.isName("and")) {
      int line = tokens.next().line();
      left = new Either(left, true, not(), line);
    }
    return left;
  }

  private Expression not() {
    int negations = 0;
    int line = line();
    while (tokens.skipName("not")) {
      negations++;
    }
    Expression value = comparison();
    return negations == 0
        ? value
        : new Not(negations % 2 == 1 ? value : new Not(value, line), line);
  }

  private Expression comparison() {
    int line = line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    String operator = comparisonOperator();
    while (operator != null) {
      operators.add(operator);
      others.add(sum());
      operator = comparisonOperator();
    }
    return operators.isEmpty() ? first : new Comparison(first, operators, others, line);
  }

  private @Nullable String comparisonOperator() {
    Token token = tokens.peek();
    if (token.type() == Token.Type.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    } else if (tokens.skipName("in")) {
      return "in";
    } else if (tokens.isName("not") && tokens.peekBehind().is(Token.Type.NAME, "in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    return operators(() -> operators(() -> operators(this::unary, "*/%//"), "~"), "+-");
  }

  /** Operators of one level, which bind to the left. */
  private Expression operators(Supplier<Expression> operand, String operators) {
    Expression left = operand.get();
    while (tokens.peek().type() == Token.Type.OPERATOR
        && operators.contains(tokens.peek().text())) {
      Token operator = tokens.next();
      left = new Arithmetic(left, operator.text(), operand.get(), operator.line());
    }
    return left;
  }

  private Expression unary() {
    return filters(sign());
  }

  private Expression sign() {
    int line = line();
    if (tokens.skipOperator("-")) {
      return postfix(new Negative(nested(this::sign), line));
    } else if (tokens.skipOperator("+")) {
      return postfix(nested(this::sign));
    }
    return postfix(primary());
  }

  private Expression nested(Supplier<Expression> inner) {
    if (++depth > Budget.MOST_DEPTH / 2) {
      throw JinjaException.syntax("an expression is nested too deeply", line());
    }
    Expression value = inner.get();
    depth--;
    return value;
  }

  private Expression primary() {
    Token token = tokens.next();
    int line = token.line();
    return switch (token.type()) {
      case NAME -> {
        Object constant = CONSTANTS.get(token.text());
        yield constant == null ? new Name(token.text(), line) : new Constant(constant, line);
      }
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().type() == Token.Type.STRING) {
          text.append(tokens.next().text());
        }
        yield new Constant(text.toString(), line);
      }
      case INTEGER -> new Constant(whole(token), line);
      case FLOAT -> new Constant(Double.valueOf(token.text()), line);
      case OPERATOR -> bracketed(token);
      default -> throw unexpected(token);
    };
  }

  private static Long whole(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw JinjaException.syntax("a number of more than 64 bits", token.line());
    }
  }

  private Expression bracketed(Token open) {
    switch (open.text()) {
      case "(" -> {
        if (tokens.skipOperator(")")) {
          return new ListOf(List.of(), true, open.line());
        }
        Expression inner = tuple();
        tokens.expectOperator(")");
        return inner;
      }
      case "[" -> {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
          separate(items);
          if (!tokens.isOperator("]")) {
            items.add(expression());
          }
        }
        return new ListOf(items, false, open.line());
      }
      case "{" -> {
        return map(open.line());
      }
      default -> throw unexpected(open);
    }
  }

  private Expression map(int line) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      separate(keys);
      if (!tokens.isOperator("}")) {
        keys.add(expression());
        tokens.expectOperator(":");
        values.add(expression());
      }
    }
    return new MapOf(keys, values, line);
  }

  /** The comma before every element but the first. */
  private void separate(List<?> before) {
    if (!before.isEmpty()) {
      tokens.expectOperator(",");
    }
  }

  private Expression postfix(Expression operand) {
    Expression value = operand;
    while (true) {
      int line = line();
      if (tokens.skipOperator(".")) {
        Token name = tokens.next();
        value =
            switch (name.type()) {
              case NAME -> new Attribute(value, name.text(), line);
              case INTEGER -> new Item(value, new Constant(whole(name), line), line);
              default -> throw unexpected(name);
            };
      } else if (tokens.skipOperator("[")) {
        value = subscript(value, line);
        tokens.expectOperator("]");
      } else if (tokens.isOperator("(")) {
        value = new Call(value, arguments(), line);
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression value, int line) {
    Expression from = tokens.isOperator(":") ? null : expression();
    if (from != null && !tokens.isOperator(":")) {
      return new Item(value, from, line);
    }
    tokens.expectOperator(":");
    Expression to = tokens.isOperator(":") || tokens.isOperator("]") ? null : expression();
    boolean stepped = tokens.skipOperator(":");
    Expression step = !stepped || tokens.isOperator("]") ? null : expression();
    return new Slice(value, from, to, step, line);
  }

  private Given arguments() {
    tokens.expectOperator("(");
    List<Expression> byPlace = new ArrayList<>();
    Map<String, Expression> byName = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (!byPlace.isEmpty() || !byName.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (tokens.peek().type() == Token.Type.NAME
          && tokens.peekBehind().is(Token.Type.OPERATOR, "=")) {
        String name = tokens.next().text();
        tokens.next();
        byName.put(name, expression());
      } else if (!tokens.isOperator(")")) {
        if (!byName.isEmpty()) {
          throw tokens.unexpected();
        }
        byPlace.add(expression());
      }
    }
    return new Given(byPlace, byName);
  }

  private Expression filters(Expression operand) {
    Expression value = operand;
    while (true) {
      int line = line();
      if (tokens.skipOperator("|")) {
        String name = tokens.expect(Token.Type.NAME).text();
        Given given = tokens.isOperator("(") ? arguments() : Given.NOTHING;
        value = new Filter(value, name, given, line);
      } else if (tokens.skipName("is")) {
        value = test(value, line);
      } else if (tokens.isOperator("(")) {
        value = new Call(value, arguments(), line);
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression value, int line) {
    boolean negated = tokens.skipName("not");
    String name = tokens.expect(Token.Type.NAME).text();
    Given given = Given.NOTHING;
    if (tokens.isOperator("(")) {
      given = arguments();
    } else if (tokens.isOperator("[")
        || tokens.isOperator("{")
        || (TEST_ARGUMENTS.contains(tokens.peek().type()) && !isWord())) {
      given = new Given(List.of(postfix(primary())), Map.of());
    }
    Expression test = new Test(value, name, given, line);
    return negated ? new Not(test, line) : test;
  }

  /** A word that goes on with the expression, and is no argument of a test. */
  private boolean isWord() {
    return tokens.isName("else")
        || tokens.isName("or")
        || tokens.isName("and")
        || tokens.isName("if")
        || tokens.isName("is");
  }

  private int line() {
    return tokens.peek().line();
  }

  private static JinjaException unexpected(Token token) {
    return JinjaException.syntax("unexpected " + token.describe(), token.line());
  }
}
