package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NeuronSetTest {
  @Property(tries = 500)
  void noNeuronThatIsLeftOutIsMoreImportantThanOneThatIsKept(
      @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = 0, max = 4) Float> importance,
      @ForAll @IntRange(min = 1, max = 70) int kept) {
    float[] layer = new float[importance.size()];
    for (int neuron = 0; neuron < layer.length; neuron++) {
      layer[neuron] = Math.round(importance.get(neuron) * 2); // with ties
    }
    int[] top = NeuronSet.top(new float[][] {layer}, kept)[0];

    assertThat(top).hasSize(Math.min(kept, layer.length)).isSorted().doesNotHaveDuplicates();
    double least = Arrays.stream(top).mapToDouble(neuron -> layer[neuron]).min().orElseThrow();
    IntStream.range(0, layer.length)
        .filter(neuron -> Arrays.binarySearch(top, neuron) < 0)
        .forEach(neuron -> assertThat((double) layer[neuron]).isLessThanOrEqualTo(least));
  }

  @Example
  void eachLayerHasItsOwnSetAndTheFirstOfEqualsComesFirst() {
    float[][] importance = {{0, 3, 1, 3}, {5, 5, 5, 5}};

    assertThat(NeuronSet.top(importance, 2)).isDeepEqualTo(new int[][] {{1, 3}, {0, 1}});
  }
}
