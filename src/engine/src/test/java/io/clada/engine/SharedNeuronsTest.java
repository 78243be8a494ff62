package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static io.clada.engine.Tokens.reason;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who computes which neurons in a batch of several modes (method, section 5). */
class SharedNeuronsTest {
  /** Neurons of a layer of the model. */
  private static final double NEURONS = 172;

  private final Prompts prompts = new Prompts(31);
  private CladaModel model;
  private BatchEngine engine;

  @BeforeEach
  void load() {
    model = TestModels.tiny("tiny-llama");
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @CsvSource({"CLADA, CLADA", "CLADA, GRIFFIN", "GRIFFIN, GRIFFIN"})
  void sparseGenerationsShareOneSetOfTheSizeThatTheMostDemandingAsksFor(Mode one, Mode other) {
    start();
    Inbox lesser = new Inbox();
    Inbox greater = new Inbox();
    together(
        List.of(keeping(one, 0.25, 40, "lesser"), keeping(other, 0.5, 40, "greater")),
        List.of(lesser, greater));

    double shared = Math.round(0.5 * NEURONS) / NEURONS;
    List<Double> active = activeOf(lesser.untilFinished());
    assertThat(active.get(0)).as("the prefill is dense").isEqualTo(1);
    assertThat(active.subList(2, active.size())).containsOnly(shared);
    assertThat(activeOf(greater.untilFinished()).subList(2, 30)).containsOnly(shared);
  }

  @Test
  void whoIsLeftAloneComputesItsOwnShareAgain() {
    start();
    Inbox staying = new Inbox();
    Inbox leaving = new Inbox();
    together(
        List.of(keeping(Mode.GRIFFIN, 0.25, 40, "stays"), keeping(Mode.CLADA, 0.5, 20, "leaves")),
        List.of(staying, leaving));

    List<Double> active = activeOf(staying.untilFinished());
    assertThat(active.subList(2, 20)).containsOnly(Math.round(0.5 * NEURONS) / NEURONS);
    assertThat(active.subList(22, 40)).containsOnly(Math.round(0.25 * NEURONS) / NEURONS);
  }

  @ParameterizedTest
  @EnumSource(names = {"GRIFFIN", "CLADA"})
  void anOnlySparseOneAmongDenseOnesSaysWhatItSaysAlone(Mode mode) {
    GenerationSpec sparse = keeping(mode, 0.4, 40, "sparse");
    List<Integer> expected = ids(alone(model, sparse));
    start();
    List<GenerationSpec> specs = new ArrayList<>(List.of(sparse));
    List<Inbox> inboxes = new ArrayList<>(List.of(new Inbox()));
    for (int i = 0; i < 3; i++) {
      specs.add(keeping(i < 2 ? Mode.DENSE : Mode.EXACT, 0.4, 10 + 10 * i, "other " + i));
      inboxes.add(new Inbox());
    }
    together(specs, inboxes);

    assertThat(ids(inboxes.get(0).untilFinished())).isEqualTo(expected);
  }

  @Test
  void oneSetFollowsTheOtherWithoutATrace() {
    List<GenerationSpec> specs = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      GenerationSpec spec = keeping(Mode.GRIFFIN, i == 3 ? 0.2 : 0.4, 12, "g" + i);
      specs.add(spec);
      expected.add(ids(alone(model, spec)));
    }
    start();

    for (int i = 0; i < specs.size(); i++) {
      Inbox inbox = new Inbox();
      engine.submit(specs.get(i), inbox);
      assertThat(ids(inbox.untilFinished())).isEqualTo(expected.get(i));
    }
  }

  @Test
  void joiningAndLeavingChangesTheSetWithoutDisturbingAnyone() {
    start();
    List<Inbox> inboxes = new ArrayList<>();
    Inbox first = new Inbox();
    engine.submit(
        keeping(Mode.CLADA, 0.4, 100, "first"),
        token -> {
          if (token.index() % 6 == 0 && token.finish() == null) {
            Inbox inbox = new Inbox();
            inboxes.add(inbox);
            Mode mode = token.index() % 12 == 0 ? Mode.GRIFFIN : Mode.CLADA;
            engine.submit(keeping(mode, 0.3, 15, "g" + token.index()), inbox);
          }
          first.accept(token);
        });

    assertThat(first.untilFinished()).hasSize(100);
    for (Inbox inbox : inboxes) {
      assertThat(reason(inbox.untilFinished())).isIn(FinishReason.LENGTH, FinishReason.STOP);
    }
    assertThat(inboxes).hasSize(17);
  }

  /** Here it wants the last neurons, whatever the prompt says. */
  @Test
  void theFleetsBackboneEntersGriffinsSetAndABatchs() {
    float[] last = new float[(int) NEURONS];
    Arrays.fill(last, last.length / 2, last.length, 2f / last.length);
    Backbone backbone = new Backbone(1, List.of(last, last, last, last));
    List<Integer> plain = ids(alone(model, with(null, Mode.GRIFFIN, "a")));
    List<Integer> guided = ids(alone(model, with(backbone, Mode.GRIFFIN, "a")));
    start();

    assertThat(guided).isNotEqualTo(plain);
    assertThat(pair(backbone)).isNotEqualTo(pair(null));
  }

  private List<Integer> pair(Backbone backbone) {
    Inbox one = new Inbox();
    Inbox other = new Inbox();
    together(
        List.of(with(backbone, Mode.CLADA, "one"), with(backbone, Mode.CLADA, "other")),
        List.of(one, other));
    other.untilFinished();
    return ids(one.untilFinished());
  }

  private static GenerationSpec with(Backbone backbone, Mode mode, String id) {
    return request(mode, 0.3, 30, id).prompt("the dog").backbone(backbone).build();
  }

  private GenerationSpec keeping(Mode mode, double share, int tokens, String id) {
    return request(mode, share, tokens, id).prompt(prompts.next(1)).build();
  }

  private static SpecBuilder request(Mode mode, double share, int tokens, String id) {
    return spec(mode).id(id).keeping(share, 0.6).greedy().maxNewTokens(tokens);
  }

  private static List<Double> activeOf(List<GeneratedToken> tokens) {
    return tokens.stream().map(GeneratedToken::activeNeuronRatio).toList();
  }

  private void start() {
    engine = new BatchEngine(model, new EngineOptions(8, 0));
  }

  /** Submits all of them between two steps. */
  private void together(List<GenerationSpec> specs, List<Inbox> inboxes) {
    engine.submit(
        spec(Mode.DENSE).id("opens").maxNewTokens(1).build(),
        opened -> {
          for (int i = 0; i < specs.size(); i++) {
            engine.submit(specs.get(i), inboxes.get(i));
          }
        });
  }
}
