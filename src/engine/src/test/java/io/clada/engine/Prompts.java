package io.clada.engine;

import java.util.Random;

/** Prompts for tests, in the words that the demo model knows. */
final class Prompts {
  private static final String[] WHO = {
    "a little dog",
    "the old man",
    "tom",
    "lily",
    "the big bear",
    "a small bird",
    "mom",
    "the king",
    "a red car",
    "sam and his friend",
    "the sad cat",
    "an ant"
  };
  private static final String[] DID = {
    "ran to",
    "looked at",
    "wanted",
    "played with",
    "was afraid of",
    "found",
    "jumped over",
    "saw",
    "did not like",
    "asked for",
    "sat on",
    "cried about"
  };
  private static final String[] WHAT = {
    "the park", "a shiny ball", "the tall tree", "his toys", "a new hat", "the dark house",
    "some cake", "the river", "a funny game", "her garden", "the moon", "three blue stones"
  };
  private static final String[] THEN = {
    ". ", ". then ", ". one day ", " and ", ". suddenly, ", " because ", ". \"oh no!\" said "
  };

  private final Random random;

  Prompts(long seed) {
    random = new Random(seed);
  }

  /** About six tokens per clause, cut anywhere. */
  String next(int clauses) {
    StringBuilder text = new StringBuilder("once upon a time ");
    for (int i = 0; i < clauses; i++) {
      text.append(i == 0 ? "" : one(THEN)).append(one(WHO)).append(' ').append(one(DID));
      text.append(' ').append(one(WHAT));
    }
    return text.substring(0, text.length() - random.nextInt(6));
  }

  /** At least so many tokens of a model, and a few more. */
  String ofTokens(CladaModel model, int tokens) {
    StringBuilder text = new StringBuilder(next(1));
    while (model.tokenizer().encode(text.toString()).length < tokens) {
      text.append(' ').append(one(WHAT));
    }
    return text.toString();
  }

  private String one(String[] words) {
    return words[random.nextInt(words.length)];
  }
}
