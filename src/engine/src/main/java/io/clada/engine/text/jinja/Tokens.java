package io.clada.engine.text.jinja;

import java.util.List;

/** A place among a template's tokens. */
final class Tokens {
  private final List<Token> tokens;
  private int at;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The one behind; the last token has itself behind. */
  Token peekBehind() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean isName(String name) {
    return peek().is(Token.Type.NAME, name);
  }

  boolean isOperator(String operator) {
    return peek().is(Token.Type.OPERATOR, operator);
  }

  boolean skipName(String name) {
    return skip(isName(name));
  }

  boolean skipOperator(String operator) {
    return skip(isOperator(operator));
  }

  private boolean skip(boolean there) {
    if (there) {
      next();
    }
    return there;
  }

  Token expect(Token.Type type) {
    if (peek().type() != type) {
      throw unexpected();
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw JinjaException.syntax(
          "expected '" + operator + "' but found " + peek().describe(), peek().line());
    }
  }

  JinjaException unexpected() {
    return JinjaException.syntax("unexpected " + peek().describe(), peek().line());
  }
}
