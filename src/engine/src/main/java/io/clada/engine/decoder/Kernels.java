package io.clada.engine.decoder;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which product is the fastest on this computer, measured on its own matrices when a model is
 * loaded, and what it costs: so that dense is as fast as it can be, and sparse is taken only where
 * it is faster still.
 */
final class Kernels {
  private static final int MATMUL = 0;
  private static final int ONE_DNN = 1;
  private static final int SPARSE = 2;

  /** A number of rows that stands for all but one, where a kernel is chosen. */
  private static final int SEVERAL = 8;

  /** Numbers of rows that dense products are timed at. */
  private static final int[] ROWS = {1, 2, 4, 8, 16, 32};

  /** Shares of inputs that sparse products are timed at. */
  private static final double[] KEPT = {0.25, 0.5, 0.75, 1};

  /** Some runs are disturbed by other work on the computer: the best of so many counts. */
  private static final int REPEATS = 4;

  /** What takes so long is not disturbed by much: it is not repeated. */
  private static final long LONG_NANOS = 50_000_000;

  /**
   * A timing reads so many weights at least, of different layers, so that they come from memory as
   * in decoding, and so often that the call itself weighs little.
   */
  private static final long LEAST_WEIGHTS_TIMED = 32 << 20;

  private static final int MOST_TIMES = 16;
  private static final int[] MATRICES = {2, 4, Weights.UP, Weights.DOWN};

  private final Torch torch;
  private final Shape shape;
  private final int scalarType;
  private final List<Product> products;

  private Kernels(Torch torch, Shape shape, Precision precision, Weights weights, int layers) {
    this.torch = torch;
    this.shape = shape;
    this.scalarType = precision.scalarType();
    products =
        IntStream.range(0, Site.COUNT).mapToObj(site -> product(weights, site, layers)).toList();
  }

  /**
   * One site's matrices in several layers.
   *
   * @param times how often each is multiplied in a timing
   */
  private record Product(List<NDArray> matrices, long inputs, int times) {}

  private static Product product(Weights weights, int site, int layers) {
    long inputs = weights.inputs()[site];
    long size = inputs * weights.outputs()[site];
    int used = (int) Math.min(layers, Math.max(1, LEAST_WEIGHTS_TIMED / size));
    return product(
        IntStream.range(0, used).mapToObj(i -> weights.layer(i).get(MATRICES[site])).toList(),
        inputs);
  }

  private static Product product(List<NDArray> matrices, long inputs) {
    long size = matrices.get(0).size() * matrices.size();
    int times = (int) Math.min(MOST_TIMES, Math.max(1, LEAST_WEIGHTS_TIMED / size));
    return new Product(matrices, inputs, times);
  }

  /**
   * Times products on the model's own matrices.
   *
   * @param shape which is told the kernels
   * @return what products cost with them
   */
  static Costs choose(Torch torch, Shape shape, Precision precision, Weights weights, int layers) {
    Kernels kernels = new Kernels(torch, shape, precision, weights, layers);
    if (torch.onCpu() && precision != Precision.INT8) {
      kernels.take(Shape.Use.SINGLE, 1, kernels.products, MATMUL, ONE_DNN, SPARSE);
      kernels.take(Shape.Use.SEVERAL, SEVERAL, kernels.products, MATMUL, ONE_DNN);
      kernels.takeTurned(weights.layer(0).get(Weights.UP));
    }
    if (!torch.onCpu() && kernels.hasFlash(weights.layer(0).get(MATRICES[0]))) {
      shape.flash();
    }
    double[][] dense = new double[Site.COUNT][ROWS.length];
    double[][] sparse = new double[Site.COUNT][KEPT.length];
    for (int site = 0; site < Site.COUNT; site++) {
      Product product = kernels.products.get(site);
      for (int i = 0; i < ROWS.length; i++) {
        dense[site][i] = kernels.dense(product, ROWS[i]);
      }
      for (int i = 0; i < KEPT.length; i++) {
        sparse[site][i] = kernels.seconds(product, 1, 1 - KEPT[i], 1);
      }
    }
    return new Costs(layers, ROWS, dense, KEPT, sparse);
  }

  /** Older GPUs lack it, and all of them in single precision. */
  private boolean hasFlash(NDArray like) {
    try (Arguments arguments =
            new Arguments()
                .add(Torch.value(like))
                .add(IValue.from(shape.heads()))
                .add(IValue.from(shape.kvHeads()))
                .add(IValue.from(shape.headDim()));
        IValue has = torch.call("has_flash", arguments.values())) {
      return has.toBoolean();
    } catch (EngineException e) {
      return false;
    }
  }

  /** The fastest of these. */
  private void take(Shape.Use use, int rows, List<Product> timed, int... candidates) {
    int best = candidates[0];
    double least = Double.MAX_VALUE;
    for (int kernel : candidates) {
      shape.kernel(use, kernel);
      double seconds = secondsOrNever(timed, rows);
      if (seconds < least) {
        least = seconds;
        best = kernel;
      }
    }
    shape.kernel(use, best);
  }

  /** Those for weights of which an output's are one row: this matrix is copied so. */
  private void takeTurned(NDArray matrix) {
    long inputs = matrix.getShape().get(0);
    try (NDArray rows = torch.zeros(scalarType, matrix.getShape().get(1), inputs);
        NDArray turned = rows.transpose()) {
      torch.run(place(matrix, true, rows), "place");
      List<Product> timed = List.of(product(List.of(turned), inputs));
      take(Shape.Use.TURNED_SINGLE, 1, timed, MATMUL, ONE_DNN);
      take(Shape.Use.TURNED_SEVERAL, SEVERAL, timed, MATMUL, ONE_DNN);
    }
  }

  /** Not every kernel knows every type of weights on every processor. */
  private double secondsOrNever(List<Product> timed, int rows) {
    try {
      return timed.stream().mapToDouble(product -> dense(product, rows)).sum();
    } catch (EngineException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private double dense(Product product, int rows) {
    return seconds(product, rows, 0, product.inputs());
  }

  /** Of one matrix, with the inputs that reach the threshold: magnitudes are spread over [0, 1]. */
  private double seconds(Product product, int rows, double threshold, long floor) {
    double best = Double.MAX_VALUE;
    float[] magnitudes = new float[Math.toIntExact(rows * product.inputs())];
    Random random = new Random(1);
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = random.nextFloat();
    }
    int multiplied = product.times() * product.matrices().size();
    try (NDArray floats = torch.floats(magnitudes, rows, product.inputs());
        NDArray x = torch.zeros(scalarType, rows, product.inputs())) {
      torch.run(place(floats, false, x), "place");
      time(product, x, threshold, floor); // oneDNN compiles a kernel for each shape it meets
      long first = System.nanoTime();
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        if (repeat > 0 && System.nanoTime() - first > LONG_NANOS) {
          break;
        }
        best = Math.min(best, time(product, x, threshold, floor) / multiplied);
      }
    }
    return best;
  }

  private double time(Product product, NDArray x, double threshold, long floor) {
    Arguments arguments =
        new Arguments()
            .share(shape.value())
            .add(Torch.value(x))
            .add(Torch.list(product.matrices()))
            .add(IValue.from(threshold))
            .add(IValue.from(floor))
            .add(IValue.from(product.times()));
    long began = System.nanoTime();
    torch.run(arguments, "time");
    return (System.nanoTime() - began) / 1e9;
  }

  private static Arguments place(NDArray source, boolean transpose, NDArray target) {
    return new Arguments()
        .add(Torch.value(source))
        .add(IValue.from(0))
        .add(IValue.from(source.getShape().get(1)))
        .add(IValue.from(transpose))
        .add(Torch.value(target))
        .add(IValue.from(0))
        .add(IValue.from(0));
  }
}
