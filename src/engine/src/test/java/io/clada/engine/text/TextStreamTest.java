package io.clada.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

class TextStreamTest {
  private static final Map<TestTokenizers, TextTokenizer> TOKENIZERS = open();

  private static Map<TestTokenizers, TextTokenizer> open() {
    Map<TestTokenizers, TextTokenizer> tokenizers = new EnumMap<>(TestTokenizers.class);
    for (TestTokenizers model : TestTokenizers.values()) {
      tokenizers.put(model, TextTokenizer.load(model.directory()));
    }
    return tokenizers;
  }

  @AfterContainer
  static void close() {
    TOKENIZERS.values().forEach(TextTokenizer::close);
  }

  @Property(tries = 500)
  void piecesTogetherAreTheFullDecode(
      @ForAll TestTokenizers model, @ForAll @From("texts") String text) {
    var tokenizer = TOKENIZERS.get(model);
    int[] ids = tokenizer.encode(text);

    assertThat(String.join("", pieces(tokenizer, new int[0], ids)))
        .isEqualTo(tokenizer.decode(ids));
  }

  @Property(tries = 500)
  void piecesContinueThePrompt(
      @ForAll TestTokenizers model,
      @ForAll @From("texts") String prompt,
      @ForAll @From("texts") String answer) {
    var tokenizer = TOKENIZERS.get(model);
    int[] before = tokenizer.encode(prompt);
    int[] generated = withoutSpecials(tokenizer.encode(answer));

    assertThat(tokenizer.decode(before) + String.join("", pieces(tokenizer, before, generated)))
        .isEqualTo(tokenizer.decode(concat(before, generated)));
  }

  @Property(tries = 500)
  void noPieceHasHalfACharacter(@ForAll TestTokenizers model, @ForAll @From("texts") String text) {
    var tokenizer = TOKENIZERS.get(model);
    String whole = text.replace("\uFFFD", "?");

    assertThat(pieces(tokenizer, new int[0], tokenizer.encode(whole)))
        .allSatisfy(
            piece -> {
              assertThat(piece).doesNotContain("\uFFFD");
              assertThat(WellFormed.of(piece)).isEqualTo(piece);
            });
  }

  @Property(tries = 500)
  void byteLevelPiecesAreTheFullDecodeWhateverTheTokens(
      @ForAll TestTokenizers model, @ForAll @From("ids") List<Integer> ids) {
    if (model == TestTokenizers.BYTE_FALLBACK) {
      return;
    }
    var tokenizer = TOKENIZERS.get(model);
    int[] generated = ids.stream().mapToInt(Integer::intValue).toArray();

    assertThat(String.join("", pieces(tokenizer, new int[0], generated)))
        .isEqualTo(tokenizer.decode(generated));
  }

  @Property(tries = 500)
  void malformedBytesCostNoOtherTextAndRepeatNone(@ForAll @From("ids") List<Integer> ids)
      throws IOException {
    var model = TestTokenizers.BYTE_FALLBACK;
    int[] generated = ids.stream().mapToInt(Integer::intValue).toArray();

    String text = String.join("", pieces(TOKENIZERS.get(model), new int[0], generated));

    // The full decode spoils whole runs of bytes, a lenient one of the bytes alone nothing.
    assertIsSubsequence(letters(TOKENIZERS.get(model).decode(generated)), letters(text));
    assertIsSubsequence(letters(text), letters(lenientDecode(model, generated)));
  }

  private static String letters(String text) {
    return text.replaceAll("[^a-z]", "");
  }

  private static void assertIsSubsequence(String part, String whole) {
    int at = -1;
    for (int i = 0; i < part.length(); i++) {
      at = whole.indexOf(part.charAt(i), at + 1);
      assertThat(at).as("%s in the order of %s", whole, part).isNotNegative();
    }
  }

  private static String lenientDecode(TestTokenizers model, int[] ids) throws IOException {
    JsonNode vocabulary =
        new ObjectMapper()
            .readTree(model.directory().resolve("tokenizer.json").toFile())
            .at("/model/vocab");
    Map<Integer, String> pieces = new HashMap<>();
    vocabulary.properties().forEach(e -> pieces.put(e.getValue().asInt(), e.getKey()));
    var bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      String piece = pieces.getOrDefault(id, "");
      if (piece.matches("<0x..>")) {
        bytes.write(Integer.parseInt(piece.substring(3, 5), 16));
      } else if (id > 2) {
        bytes.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Property(tries = 200)
  void decodesAFewTokensAtATimeHoweverLongTheText(
      @ForAll TestTokenizers model,
      @ForAll @From("ids") List<Integer> ids,
      @ForAll @IntRange(min = 1, max = 20) int times) {
    var tokenizer = TOKENIZERS.get(model);
    AtomicInteger most = new AtomicInteger();
    var stream =
        new TextStream(
            window -> {
              most.accumulateAndGet(window.length, Math::max);
              return tokenizer.decode(window);
            },
            new int[0]);

    for (int i = 0; i < times; i++) {
      ids.forEach(stream::add);
    }

    assertThat(most).hasValueLessThanOrEqualTo(32);
  }

  @Example
  void keepsTheSpaceBetweenPromptAndAnswer() {
    var tokenizer = TOKENIZERS.get(TestTokenizers.BYTE_FALLBACK);
    int[] prompt = tokenizer.encode("Once upon");
    int[] answer = withoutSpecials(tokenizer.encode("a time"));

    assertThat(tokenizer.decode(answer)).isEqualTo("a time");
    assertThat(String.join("", pieces(tokenizer, prompt, answer))).isEqualTo(" a time");
  }

  @Example
  void holdsBytesUntilTheCharacterIsWhole() {
    var tokenizer = TOKENIZERS.get(TestTokenizers.BYTE_FALLBACK);

    assertThat(pieces(tokenizer, new int[0], withoutSpecials(tokenizer.encode("x日本"))))
        .containsExactly("", "x", "", "", "日", "", "", "本", "");
  }

  @Example
  void showsAnIncompleteCharacterWhenNothingFollows() {
    var tokenizer = TOKENIZERS.get(TestTokenizers.BYTE_LEVEL);
    int[] ids = withoutSpecials(tokenizer.encode("日"));

    assertThat(pieces(tokenizer, new int[0], Arrays.copyOf(ids, ids.length - 1)))
        .endsWith("\uFFFD");
  }

  @Example
  void passesOverSpecialTokensInTheMiddle() {
    var tokenizer = TOKENIZERS.get(TestTokenizers.BYTE_FALLBACK);
    int[] word = withoutSpecials(tokenizer.encode("the"));
    int[] ids = concat(concat(word, new int[] {2, 1, 2}), word);

    assertThat(String.join("", pieces(tokenizer, new int[0], ids))).isEqualTo("the the");
  }

  @Example
  void findsThePromptsTextBehindAChatTemplate() {
    var tokenizer = TOKENIZERS.get(TestTokenizers.BYTE_FALLBACK);
    int[] prompt = concat(tokenizer.encode("Hello"), new int[] {2, 1, 2, 1, 2, 1, 2});

    assertThat(String.join("", pieces(tokenizer, prompt, withoutSpecials(tokenizer.encode("the")))))
        .isEqualTo(" the");
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> chosen =
        Arbitraries.of(
            "a",
            "the",
            "robot",
            " ",
            "  ",
            "\n",
            "\t",
            "\u0000",
            "\u0007",
            "\u007f",
            "é",
            "e\u0301",
            "ß",
            "Ж",
            "ש",
            "न",
            "\u0e33",
            "日本",
            "한국",
            "𝒻",
            "👋🏽",
            "👨‍👩‍👧",
            "🇪🇺",
            "\u200b",
            "\ufeff",
            "\ufffd",
            "▁",
            "<s>",
            "</s>",
            "<|end|>",
            "<0x41>",
            "'s",
            "123",
            "!",
            ".");
    Arbitrary<String> any =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
            .map(Character::toString);
    return Arbitraries.frequencyOf(Tuple.of(3, chosen), Tuple.of(1, any))
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  /** Of the vocabularies' special tokens and single bytes mostly, which makes most malformed. */
  @Provide
  Arbitrary<List<Integer>> ids() {
    return Arbitraries.integers().between(0, 390).list().ofMaxSize(60);
  }

  private static List<String> pieces(TextTokenizer tokenizer, int[] prompt, int[] ids) {
    var stream = tokenizer.stream(prompt);
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(stream.add(id));
    }
    pieces.add(stream.finish());
    return pieces;
  }

  /** What the post-processor put in front: one token, in all of them. */
  private static int[] withoutSpecials(int[] ids) {
    return Arrays.copyOfRange(ids, 1, ids.length);
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
