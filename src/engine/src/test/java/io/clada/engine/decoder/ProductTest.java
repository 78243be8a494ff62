package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The script's products, and its choice of inputs for the sparse one, against plain loops. */
class ProductTest {
  private static Torch torch;

  @BeforeContainer
  static void open() {
    torch = Torch.open("cpu");
  }

  @AfterContainer
  static void close() {
    torch.close();
  }

  @Property(tries = 200)
  void keptAreThoseThatExceedTheThresholdAndNeverFewerThanTheFloorsLargest(
      @ForAll @IntRange(min = 1, max = 200) int inputs,
      @ForAll @IntRange(max = 8) int threshold,
      @ForAll @IntRange(max = 100) int floorPercent,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      x[i] = (random.nextInt(17) - 8) / 2f; // with ties and zeros
    }
    int floor = inputs * floorPercent / 100;
    int[] kept = select(x, threshold / 2.0, floor);

    int[] exceeding =
        IntStream.range(0, inputs).filter(i -> Math.abs(x[i]) > threshold / 2.0).toArray();
    if (exceeding.length >= floor) {
      assertThat(kept).containsExactly(exceeding);
    } else {
      assertThat(kept).doesNotHaveDuplicates();
      assertThat(magnitudes(x, kept)).containsExactly(largest(x, floor));
    }
  }

  /** A bin of the count is a sixteenth of an octave; nothing is to be read off a single number. */
  @Property(tries = 100)
  void theMagnitudeThatAShareReachesIsThatOfSorting(
      @ForAll @IntRange(min = 200, max = 3000) int count,
      @ForAll @IntRange(min = 1, max = 20) int twentieths,
      @ForAll boolean rectified,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] magnitudes = gaussians(random, count);
    for (int i = 0; i < count; i++) {
      magnitudes[i] = rectified ? Math.max(0, magnitudes[i]) : Math.abs(magnitudes[i]);
    }
    float ratio = twentieths / 20f;

    float reached = reached(magnitudes, ratio);

    double kept = IntStream.range(0, count).filter(i -> magnitudes[i] > reached).count();
    double present = IntStream.range(0, count).filter(i -> magnitudes[i] > 0).count();
    assertThat(kept / count).isCloseTo(Math.min(ratio, present / count), within(0.02));
  }

  private static float reached(float[] magnitudes, float ratio) {
    try (NDArray row = torch.floats(magnitudes, magnitudes.length);
        NDArray ratios = torch.floats(new float[] {ratio}, 1);
        Arguments arguments = new Arguments().add(Torch.value(row)).add(Torch.value(ratios));
        IValue result = torch.call("reached", arguments.values());
        NDArray reached = torch.tensor(result)) {
      return reached.toFloatArray()[0];
    }
  }

  @Property(tries = 100)
  void theProductIsThatOfTheKeptInputsAlone(
      @ForAll @IntRange(min = 1, max = 3) int rows,
      @ForAll @IntRange(min = 1, max = 60) int inputs,
      @ForAll @IntRange(min = 1, max = 50) int outputs,
      @ForAll @IntRange(min = 1, max = 4) int parts,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = gaussians(random, rows * inputs);
    float[] w = gaussians(random, inputs * outputs);
    int[] kept = subset(random, inputs);
    float[] y;
    try (NDArray matrix = torch.floats(w, inputs, outputs)) {
      y = sparse(x, rows, matrix, kept, parts);
    }

    assertProduct(y, x, rows, w, kept);
  }

  @Property(tries = 200)
  void everyKernelGivesTheDenseProductHoweverTheWeightsLie(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 60) int inputs,
      @ForAll @IntRange(min = 1, max = 50) int outputs,
      @ForAll @IntRange(max = 2) int kernel,
      @ForAll boolean outputsAreRows,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = gaussians(random, rows * inputs);
    float[] w = gaussians(random, inputs * outputs);
    float[] y;
    try (NDArray matrix =
            outputsAreRows
                ? torch.floats(transposed(w, outputs), outputs, inputs)
                : torch.floats(w, inputs, outputs);
        NDArray turned = outputsAreRows ? matrix.transpose() : matrix.duplicate()) {
      y = dense(x, rows, turned, outputsAreRows, outputsAreRows ? Math.min(kernel, 1) : kernel);
    }

    assertProduct(y, x, rows, w, IntStream.range(0, inputs).toArray());
  }

  /** Against plain loops over the inputs that are kept; w is {@code [inputs][outputs]}. */
  private static void assertProduct(float[] y, float[] x, int rows, float[] w, int[] kept) {
    int inputs = x.length / rows;
    int outputs = w.length / inputs;
    assertThat(y).hasSize(rows * outputs);
    for (int row = 0; row < rows; row++) {
      for (int output = 0; output < outputs; output++) {
        double expected = 0;
        for (int input : kept) {
          expected += (double) x[row * inputs + input] * w[input * outputs + output];
        }
        assertThat((double) y[row * outputs + output]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  private static float[] transposed(float[] w, int columns) {
    int rows = w.length / columns;
    float[] turned = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      turned[i % columns * rows + i / columns] = w[i];
    }
    return turned;
  }

  /** Each weight is off by half a step of its row's scale at most. */
  @Property(tries = 100)
  void inEightBitsTheProductIsOffByHalfAStepOfEachWeight(
      @ForAll @IntRange(min = 1, max = 60) int inputs,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 4) int parts,
      @ForAll long seed) {
    Random random = new Random(seed);
    int outputs = width * parts;
    float[] x = gaussians(random, inputs);
    float[] w = gaussians(random, inputs * outputs);
    int[] kept = subset(random, inputs);
    float[] y;
    try (NDArray matrix = torch.floats(w, inputs, outputs);
        NDArray bytes = quantized(matrix, parts)) {
      y = sparse(x, 1, bytes, kept, parts);
    }

    for (int output = 0; output < outputs; output++) {
      double expected = 0;
      double bound = 1e-4;
      for (int input : kept) {
        expected += (double) x[input] * w[input * outputs + output];
        int from = input * outputs + output / width * width;
        float[] part = Arrays.copyOfRange(w, from, from + width);
        Arrays.sort(part);
        bound += Math.abs(x[input]) * (part[width - 1] - part[0]) / 255 * 0.51;
      }
      assertThat((double) y[output]).isCloseTo(expected, within(bound));
    }
  }

  private static int[] select(float[] x, double threshold, int floor) {
    try (NDArray row = torch.floats(x, x.length);
        Arguments arguments =
            new Arguments()
                .add(Torch.value(row))
                .add(IValue.from(threshold))
                .add(IValue.from(floor));
        IValue result = torch.call("select", arguments.values());
        NDArray index = torch.tensor(result)) {
      return Arrays.stream(index.toLongArray()).mapToInt(Math::toIntExact).toArray();
    }
  }

  private static float[] sparse(float[] x, int rows, NDArray matrix, int[] kept, int parts) {
    try (NDArray input = torch.floats(x, rows, x.length / rows);
        NDArray index = torch.longs(kept);
        NDArray row = torch.longs(IntStream.range(0, parts).toArray());
        NDArray shifts = row.reshape(parts, 1);
        Arguments arguments =
            new Arguments()
                .add(Torch.value(input))
                .add(Torch.value(matrix))
                .add(Torch.value(index))
                .add(Torch.value(shifts));
        IValue result = torch.call("sparse", arguments.values());
        NDArray y = torch.tensor(result)) {
      return y.toFloatArray();
    }
  }

  /** The kernel of another use would be the sparse one, which fails where weights are turned. */
  private static float[] dense(float[] x, int rows, NDArray matrix, boolean turned, int kernel) {
    long[] shape = new long[13];
    Arrays.fill(shape, 2); // parts as well
    shape[(turned ? 11 : 7) + (rows > 1 ? 1 : 0)] = kernel;
    try (NDArray input = torch.floats(x, rows, x.length / rows);
        Arguments arguments =
            new Arguments()
                .add(Torch.value(input))
                .add(Torch.value(matrix))
                .add(IValue.listFrom(shape));
        IValue result = torch.call("dense", arguments.values());
        NDArray y = torch.tensor(result)) {
      return y.toFloatArray();
    }
  }

  private static NDArray quantized(NDArray matrix, int parts) {
    try (Arguments arguments = new Arguments().add(Torch.value(matrix)).add(IValue.from(parts));
        IValue result = torch.call("quantize", arguments.values())) {
      return torch.tensor(result);
    }
  }

  private static double[] magnitudes(float[] x, int[] index) {
    return Arrays.stream(index).mapToDouble(i -> -Math.abs(x[i])).sorted().map(m -> -m).toArray();
  }

  private static double[] largest(float[] x, int count) {
    return IntStream.range(0, x.length)
        .mapToObj(i -> (double) Math.abs(x[i]))
        .sorted(Comparator.reverseOrder())
        .limit(count)
        .mapToDouble(magnitude -> magnitude)
        .toArray();
  }

  private static int[] subset(Random random, int inputs) {
    int always = random.nextInt(inputs);
    return IntStream.range(0, inputs).filter(i -> i == always || random.nextBoolean()).toArray();
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
