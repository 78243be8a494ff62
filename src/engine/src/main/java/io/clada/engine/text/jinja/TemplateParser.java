package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Statement.Block;
import io.clada.engine.text.jinja.Statement.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses text and tags. */
final class TemplateParser {
  private static final Block EMPTY = new Block(List.of());

  private final Tokens tokens;
  private final ExpressionParser expressions;
  private int loops;
  private int depth;

  private TemplateParser(Tokens tokens) {
    this.tokens = tokens;
    expressions = new ExpressionParser(tokens);
  }

  static Block parse(String template) {
    TemplateParser parser = new TemplateParser(new Tokens(Lexer.tokens(template)));
    Block all = parser.block(Set.of());
    parser.tokens.expect(Token.Type.END);
    return all;
  }

  /** Up to one of these tags, whose name is then the next token. */
  private Block block(Set<String> ends) {
    if (++depth > Budget.MOST_DEPTH / 2) {
      throw JinjaException.syntax("tags are nested too deeply", tokens.peek().line());
    }
    List<Statement> statements = new ArrayList<>();
    while (tokens.peek().type() != Token.Type.END) {
      Token token = tokens.next();
      switch (token.type()) {
        case DATA -> statements.add(new Statement.Data(token.text()));
        case PRINT_BEGIN -> {
          statements.add(new Statement.Print(expressions.tuple()));
          tokens.expect(Token.Type.PRINT_END);
        }
        default -> {
          if (tokens.peek().type() == Token.Type.NAME && ends.contains(tokens.peek().text())) {
            depth--;
            return new Block(statements);
          }
          Statement statement = tag();
          tokens.expect(Token.Type.BLOCK_END);
          statements.add(statement);
        }
      }
    }
    if (!ends.isEmpty()) {
      throw JinjaException.syntax(
          "the template ends where one of " + ends.stream().sorted().toList() + " is missing",
          tokens.peek().line());
    }
    depth--;
    return new Block(statements);
  }

  /** The body of a tag, and its end tag up to where that closes. */
  private Block body(String end) {
    tokens.expect(Token.Type.BLOCK_END);
    Block body = block(Set.of(end));
    tokens.next();
    return body;
  }

  private Statement tag() {
    Token name = tokens.expect(Token.Type.NAME);
    return switch (name.text()) {
      case "if" -> conditional();
      case "for" -> loop();
      case "set" -> assignment();
      case "macro" -> macro();
      case "generation" -> body("endgeneration");
      case "break" -> leave(Flow.BREAK, name);
      case "continue" -> leave(Flow.CONTINUE, name);
      default ->
          throw JinjaException.syntax(
              "the tag '" + name.text() + "' is not supported here", name.line());
    };
  }

  private Statement conditional() {
    List<Expression> tests = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    String next = "elif";
    while (next.equals("elif")) {
      tests.add(expressions.tupleWithoutIf());
      tokens.expect(Token.Type.BLOCK_END);
      blocks.add(block(Set.of("elif", "else", "endif")));
      next = tokens.next().text();
    }
    return new Statement.If(tests, blocks, next.equals("else") ? body("endif") : EMPTY);
  }

  private Statement loop() {
    Target target = target(false);
    if (!tokens.skipName("in")) {
      throw tokens.unexpected();
    }
    Expression items = expressions.tupleWithoutIf();
    Expression test = tokens.skipName("if") ? expressions.expression() : null;
    tokens.expect(Token.Type.BLOCK_END);
    loops++;
    Block body = block(Set.of("else", "endfor"));
    loops--;
    Block otherwise = tokens.next().text().equals("else") ? body("endfor") : EMPTY;
    return new Statement.For(target, items, test, body, otherwise);
  }

  private Statement assignment() {
    Target target = target(true);
    return tokens.skipOperator("=")
        ? new Statement.Set(target, expressions.tuple())
        : new Statement.SetText(target, body("endset"));
  }

  private Statement macro() {
    String name = tokens.expect(Token.Type.NAME).text();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token parameter = tokens.expect(Token.Type.NAME);
      parameters.add(parameter.text());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw JinjaException.syntax(
            "parameter '" + parameter.text() + "' needs a default, as the one before",
            parameter.line());
      }
    }
    int outerLoops = loops;
    loops = 0;
    Block body = body("endmacro");
    loops = outerLoops;
    return new Statement.Macro(name, parameters, defaults, body);
  }

  private Statement leave(Flow flow, Token name) {
    if (loops == 0) {
      throw JinjaException.syntax("'" + name.text() + "' outside of a loop", name.line());
    }
    return new Statement.Leave(flow);
  }

  private Target target(boolean attributes) {
    int line = tokens.peek().line();
    List<Target> targets = new ArrayList<>(List.of(single(attributes)));
    if (!tokens.isOperator(",")) {
      return targets.get(0);
    }
    while (tokens.skipOperator(",")) {
      targets.add(single(attributes));
    }
    return new Target.Several(targets, line);
  }

  private Target single(boolean attributes) {
    if (tokens.skipOperator("(")) {
      if (++depth > Budget.MOST_DEPTH / 2) {
        throw JinjaException.syntax("names are nested too deeply", tokens.peek().line());
      }
      Target inner = target(attributes);
      depth--;
      tokens.expectOperator(")");
      return inner;
    }
    Token name = tokens.expect(Token.Type.NAME);
    @Nullable String attribute =
        attributes && tokens.skipOperator(".") ? tokens.expect(Token.Type.NAME).text() : null;
    return attribute == null
        ? new Target.Name(name.text())
        : new Target.Attribute(name.text(), attribute, name.line());
  }
}
