package io.clada.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/** What tests ask of a generation's tokens. */
final class Tokens {
  private Tokens() {}

  /** All tokens of a generation that has the model to itself. */
  static List<GeneratedToken> alone(CladaModel model, GenerationSpec spec) {
    List<GeneratedToken> tokens = new ArrayList<>();
    try (Generation generation = model.generate(spec)) {
      generation.forEachRemaining(tokens::add);
    }
    return tokens;
  }

  static String text(List<GeneratedToken> tokens) {
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(token.text()));
    return text.toString();
  }

  static List<Integer> ids(List<GeneratedToken> tokens) {
    return tokens.stream().map(GeneratedToken::tokenId).filter(Objects::nonNull).toList();
  }

  static GeneratedToken last(List<GeneratedToken> tokens) {
    return tokens.get(tokens.size() - 1);
  }

  static FinishReason reason(List<GeneratedToken> tokens) {
    return last(tokens).finish().reason();
  }

  /** The sum over a generation's windows. */
  static int inAll(List<GeneratedToken> tokens, ToIntFunction<LoadWindow> count) {
    return tokens.stream()
        .map(GeneratedToken::window)
        .filter(Objects::nonNull)
        .mapToInt(count)
        .sum();
  }
}
