package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.Backbone;
import io.clada.engine.clada.SetScores.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SetScoresTest {
  private static final int LAYERS = 2;
  private static final int NEURONS = 40;

  /** The method's formula (section 5), neuron by neuron. */
  @Property(tries = 200)
  void scoresAreEnergiesFusedWithThePriorByTheNumberOfTokens(
      @ForAll @IntRange(min = 1, max = 5) int prompts,
      @ForAll boolean known,
      @ForAll boolean held,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<Prompt> batch = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      batch.add(new Prompt(shares(random), 1 + random.nextInt(300)));
    }
    Backbone backbone = new Backbone(1, shares(random));
    int[][] members = NeuronSet.top(shares(random).toArray(float[][]::new), NEURONS / 2);
    float[][] scores = SetScores.of(batch, known ? backbone : null, held ? members : null);

    double tokens = batch.stream().mapToInt(Prompt::tokens).sum();
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int neuron = 0; neuron < NEURONS; neuron++) {
        double energy = 0;
        for (Prompt prompt : batch) {
          energy += prompt.tokens() / tokens * prompt.energy().get(layer)[neuron];
        }
        double lambda = known ? tokens / (tokens + 128) : 1;
        double expected = lambda * energy + (1 - lambda) * backbone.layers().get(layer)[neuron];
        boolean member = held && Arrays.binarySearch(members[layer], neuron) >= 0;
        assertThat((double) scores[layer][neuron])
            .isCloseTo(member ? 1.1 * expected : expected, within(1e-6));
      }
    }
  }

  @Example
  void aNeuronOfTheSetGivesWayOnlyToOneThatIsClearlyBetter() {
    int[][] members = {{0, 1}};
    Prompt slightly = new Prompt(List.of(new float[] {0.3f, 0.22f, 0.24f, 0.24f}), 100);
    Prompt clearly = new Prompt(List.of(new float[] {0.3f, 0.2f, 0.26f, 0.24f}), 100);

    assertThat(NeuronSet.top(SetScores.of(List.of(slightly), null, members), 2)[0])
        .containsExactly(0, 1);
    assertThat(NeuronSet.top(SetScores.of(List.of(clearly), null, members), 2)[0])
        .containsExactly(0, 2);
  }

  @Example
  void aPriorOfAnotherShapeIsNone() {
    Prompt prompt = new Prompt(List.of(new float[] {0.5f, 0.5f}), 10);
    Backbone other = new Backbone(1, List.of(new float[] {1, 0, 0}));

    assertThat(SetScores.of(List.of(prompt), other, null)[0]).containsExactly(0.5f, 0.5f);
  }

  @Example
  void aLayerThatDidNothingIsRankedByThePrior() {
    Prompt prompt = new Prompt(List.of(new float[] {0, 0}), 128);
    Backbone backbone = new Backbone(1, List.of(new float[] {0.2f, 0.8f}));

    assertThat(SetScores.of(List.of(prompt), backbone, null)[0]).containsExactly(0.1f, 0.4f);
  }

  private static List<float[]> shares(Random random) {
    List<float[]> layers = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      float[] energy = new float[NEURONS];
      float sum = 0;
      for (int neuron = 0; neuron < NEURONS; neuron++) {
        energy[neuron] = random.nextFloat();
        sum += energy[neuron];
      }
      for (int neuron = 0; neuron < NEURONS; neuron++) {
        energy[neuron] /= sum;
      }
      layers.add(energy);
    }
    return layers;
  }
}
