package io.clada.bench;

import io.clada.engine.eval.Example;
import io.clada.engine.eval.ExampleReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Texts of one kind.
 *
 * @param name of the kind
 * @param traffic what the backbone is learned from
 * @param heldOut what it is tried on
 */
record TextSource(String name, List<String> traffic, List<String> heldOut) {
  private static final int PIECE_CHARACTERS = 400;

  /** As they stand in two files of examples. */
  static TextSource stories(Path traffic, Path heldOut) {
    return new TextSource("stories", texts(traffic), texts(heldOut));
  }

  /** The same words, each text's in another order: nothing follows from anything. */
  TextSource shuffled(long seed) {
    Random random = new Random(seed);
    return new TextSource("shuffled words", shuffled(traffic, random), shuffled(heldOut, random));
  }

  /** Pieces of a file, in turns for the backbone and for trying it. */
  static TextSource file(String name, Path file) throws IOException {
    String all = Files.readString(file).toLowerCase(Locale.ROOT);
    List<String> traffic = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    for (int from = 0; from + PIECE_CHARACTERS <= all.length(); from += PIECE_CHARACTERS) {
      String piece = all.substring(from, from + PIECE_CHARACTERS);
      (traffic.size() > heldOut.size() ? heldOut : traffic).add(piece);
    }
    return new TextSource(name, traffic, heldOut);
  }

  private static List<String> texts(Path file) {
    List<String> texts = new ArrayList<>();
    try (ExampleReader reader = new ExampleReader(file, null, null)) {
      while (reader.hasNext()) {
        Example example = reader.next();
        String continuation = example.continuation();
        texts.add(continuation == null ? example.prompt() : example.prompt() + continuation);
      }
    }
    return texts;
  }

  private static List<String> shuffled(List<String> texts, Random random) {
    return texts.stream()
        .map(
            text -> {
              List<String> words = new ArrayList<>(Arrays.asList(text.split("\\s+")));
              Collections.shuffle(words, random);
              return String.join(" ", words);
            })
        .toList();
  }
}
