package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decoder against Hugging Face transformers, for every family. */
class GoldenLogitsTest {
  private static final Draw LIKELIEST = Draw.by(0);
  private static final Sampling UNREPEATED = new Sampling(0, 0, 1, 1.3);
  private static final int[] NOTHING = {};
  private static final Map<Golden, Decoder> DECODERS = new HashMap<>();

  @AfterAll
  static void close() {
    DECODERS.values().forEach(Decoder::close);
    DECODERS.clear();
  }

  static List<Golden> models() throws IOException {
    return Golden.all();
  }

  static Stream<Golden.Prompt> prompts() throws IOException {
    return models().stream().flatMap(model -> model.prompts().stream());
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void logitsAgreeToOneInTenThousand(Golden.Prompt prompt) {
    assertThat(error(decoder(prompt.golden()), prompt)).isLessThan(1e-4);
  }

  /** A weight in the wrong place would be off by about as much as the logits themselves. */
  @ParameterizedTest
  @MethodSource("models")
  void logitsOfSmallerWeightsAgreeRoughly(Golden golden) {
    for (Precision precision : List.of(Precision.FLOAT16, Precision.BFLOAT16, Precision.INT8)) {
      try (Decoder decoder = golden.decoder(precision)) {
        assertThat(error(decoder, longest(golden))).as("%s", precision).isLessThan(0.2);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void greedyTokensAreEqual(Golden.Prompt prompt) {
    Keep dense = dense(prompt.golden());

    assertThat(generate(prompt, dense, Sampling.GREEDY)).isEqualTo(prompt.greedy());
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void greedyTokensUnderAPenaltyAreEqual(Golden.Prompt prompt) {
    Keep dense = dense(prompt.golden());

    assertThat(generate(prompt, dense, UNREPEATED)).isEqualTo(prompt.unrepeated());
  }

  /** Threshold 0 keeps every input, through the rows that the sparse product picks. */
  @ParameterizedTest
  @MethodSource("prompts")
  void theSparsePathThatKeepsEverythingIsDense(Golden.Prompt prompt) {
    long[] floors = new long[decoder(prompt.golden()).config().layers() * Site.COUNT];
    Arrays.fill(floors, 4);
    Keep everything = new Keep(new double[floors.length], floors);

    assertThat(generate(prompt, everything, Sampling.GREEDY)).isEqualTo(prompt.greedy());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theFloorHoldsHoweverHighTheThreshold(Golden golden) {
    Decoder decoder = decoder(golden);
    Golden.Prompt prompt = golden.prompts().get(1);
    double[] thresholds = new double[decoder.config().layers() * Site.COUNT];
    long[] floors = new long[thresholds.length];
    Arrays.fill(thresholds, Double.MAX_VALUE);
    Arrays.fill(floors, 17);
    try (Sequence sequence = decoder.sequence(prompt.length() + 1)) {
      Outcome several = run(decoder, dense(golden), last(sequence, 0, prompt.ids()));
      Outcome one = run(decoder, new Keep(thresholds, floors), last(sequence, prompt.length(), 5));

      long[] used = Arrays.stream(several.used()).mapToLong(Math::round).toArray();
      assertThat(used).isEqualTo(decoder.weights().inputs());
      assertThat(one.used()).containsOnly(17);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aPrefillInChunksIsAPrefill(Golden golden) {
    Decoder decoder = decoder(golden);
    Golden.Prompt prompt = longest(golden);
    int[] ids = prompt.ids();
    try (Sequence sequence = decoder.sequence(ids.length)) {
      run(decoder, dense(golden), fill(sequence, 0, Arrays.copyOf(ids, 25)));
      run(decoder, dense(golden), fill(sequence, 25, ids[25]));
      Outcome outcome =
          run(decoder, dense(golden), last(sequence, 26, Arrays.copyOfRange(ids, 26, ids.length)));

      assertThat(outcome.steps().get(0).get(0).token()).isEqualTo(prompt.greedy()[0]);
    }
  }

  /** Each of another length, so that no two see the same number of positions. */
  @ParameterizedTest
  @MethodSource("models")
  void aBatchIsItsSequencesAlone(Golden golden) {
    Decoder decoder = decoder(golden);
    List<Golden.Prompt> prompts = golden.prompts();
    List<Sequence> sequences = new ArrayList<>();
    try {
      List<Segment> segments = new ArrayList<>();
      for (Golden.Prompt prompt : prompts) {
        Sequence sequence = decoder.sequence(prompt.length() + prompt.greedy().length);
        sequences.add(sequence);
        segments.add(last(sequence, 0, prompt.ids()));
      }
      int[][] tokens = new int[prompts.size()][prompts.get(0).greedy().length];
      for (int i = 0; i < tokens[0].length; i++) {
        Outcome outcome = decoder.run(decoder.weights(), dense(golden), segments);
        for (int j = 0; j < segments.size(); j++) {
          tokens[j][i] = outcome.steps().get(j).get(0).token();
          Segment done = segments.get(j);
          segments.set(j, last(done.sequence(), done.start() + done.ids().length, tokens[j][i]));
        }
      }

      for (int j = 0; j < tokens.length; j++) {
        assertThat(tokens[j]).isEqualTo(prompts.get(j).greedy());
      }
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void compactWeightsOfEveryNeuronAreTheWholeOnes(Golden golden) {
    Decoder decoder = decoder(golden);
    Golden.Prompt prompt = golden.prompts().get(1);
    int neurons = decoder.config().intermediateSize();
    int[][] all = new int[decoder.config().layers()][];
    Arrays.setAll(all, layer -> IntStream.range(0, neurons).toArray());
    try (CompactWeights compact = decoder.compact(neurons);
        Sequence sequence = decoder.sequence(prompt.length())) {
      compact.assign(all);
      Outcome outcome =
          decoder.run(compact.weights(), dense(golden), List.of(last(sequence, 0, prompt.ids())));

      assertThat(outcome.steps().get(0).get(0).token()).isEqualTo(prompt.greedy()[0]);
      assertThat(compact.weights().all()).isEqualTo(decoder.weights().all());
    }
  }

  /** The largest error among the logits, as a share of the largest logit. */
  private static double error(Decoder decoder, Golden.Prompt prompt) {
    try (Sequence sequence = decoder.sequence(prompt.length())) {
      FloatBuffer expected = prompt.logits();
      double largest = 0;
      double error = 0;
      for (float[] row : decoder.logits(sequence, prompt.ids())) {
        for (float logit : row) {
          float reference = expected.get();
          largest = Math.max(largest, Math.abs(reference));
          error = Math.max(error, Math.abs(logit - reference));
        }
      }
      assertThat(expected.hasRemaining()).isFalse();
      return error / largest;
    }
  }

  private static int[] generate(Golden.Prompt prompt, Keep keep, Sampling sampling) {
    Decoder decoder = decoder(prompt.golden());
    boolean penalty = sampling.repetitionPenalty() != 1;
    int[] text = Arrays.copyOf(prompt.ids(), prompt.length() + prompt.greedy().length);
    try (Sequence sequence = decoder.sequence(text.length)) {
      int start = 0;
      for (int end = prompt.length(); end < text.length; end++) {
        int[] said = penalty ? Arrays.copyOf(text, start) : NOTHING;
        int[] ids = Arrays.copyOfRange(text, start, end);
        Segment segment =
            new Segment(sequence, start, ids, false, List.of(LIKELIEST), sampling, said);
        Keep kept = ids.length > 1 ? dense(prompt.golden()) : keep;
        text[end] = run(decoder, kept, segment).steps().get(0).get(0).token();
        start = end;
      }
    }
    return Arrays.copyOfRange(text, prompt.length(), text.length);
  }

  private static Outcome run(Decoder decoder, Keep keep, Segment segment) {
    return decoder.run(decoder.weights(), keep, List.of(segment));
  }

  private static Segment fill(Sequence sequence, int start, int... ids) {
    return Segment.fill(sequence, start, ids, false);
  }

  /** With the likeliest token behind its last row. */
  private static Segment last(Sequence sequence, int start, int... ids) {
    return new Segment(sequence, start, ids, false, List.of(LIKELIEST), Sampling.GREEDY, NOTHING);
  }

  private static Golden.Prompt longest(Golden golden) {
    List<Golden.Prompt> prompts = golden.prompts();
    return prompts.get(prompts.size() - 1);
  }

  private static Keep dense(Golden golden) {
    return Keep.dense(decoder(golden).config().layers());
  }

  private static Decoder decoder(Golden golden) {
    return DECODERS.computeIfAbsent(golden, model -> model.decoder(Precision.FLOAT32));
  }
}
