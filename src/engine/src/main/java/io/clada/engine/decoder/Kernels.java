package io.clada.engine.decoder;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Which product is the fastest on this computer, measured on a layer's own matrices when a model is
 * loaded, and what it costs: so that dense is as fast as it can be, and sparse is taken only where
 * it is faster still.
 */
final class Kernels {
  private static final int MATMUL = 0;
  private static final int ONE_DNN = 1;
  private static final int SPARSE = 2;

  /** Numbers of rows that dense products are timed at. */
  private static final int[] ROWS = {1, 2, 4, 8, 16, 32};

  /** Shares of inputs that sparse products are timed at. */
  private static final double[] KEPT = {0.25, 0.5, 0.75, 1};

  /** Some runs are disturbed by other work on the computer: the best of so many counts. */
  private static final int REPEATS = 4;

  /** Each timing does the product so often, so that the call itself weighs little. */
  private static final long LEAST_WEIGHTS_TIMED = 16 << 20;

  private static final int[] MATRICES = {2, 4, 8, 10};

  private final Torch torch;
  private final Shape shape;
  private final int scalarType;

  private Kernels(Torch torch, Shape shape, Precision precision) {
    this.torch = torch;
    this.shape = shape;
    this.scalarType = precision.scalarType();
  }

  /**
   * Times products on the first layer's matrices.
   *
   * @param shape which is told the kernels
   * @return what products cost with them
   */
  static Costs choose(Torch torch, Shape shape, Precision precision, Weights weights, int layers) {
    Kernels kernels = new Kernels(torch, shape, precision);
    List<NDArray> layer = weights.layer(0);
    if (torch.onCpu() && precision != Precision.INT8) {
      shape.kernels(
          kernels.fastest(weights, layer, 1, MATMUL, ONE_DNN, SPARSE),
          kernels.fastest(weights, layer, 8, MATMUL, ONE_DNN));
    }
    double[][] dense = new double[Site.COUNT][ROWS.length];
    double[][] sparse = new double[Site.COUNT][KEPT.length];
    for (int site = 0; site < Site.COUNT; site++) {
      long inputs = weights.inputs()[site];
      NDArray matrix = layer.get(MATRICES[site]);
      long size = inputs * weights.outputs()[site];
      for (int i = 0; i < ROWS.length; i++) {
        dense[site][i] = kernels.seconds(matrix, inputs, size, ROWS[i], inputs);
      }
      for (int i = 0; i < KEPT.length; i++) {
        long kept = Math.max(1, Math.min(inputs - 1, Math.round(KEPT[i] * inputs)));
        sparse[site][i] = kernels.seconds(matrix, inputs, size, 1, kept);
      }
    }
    return new Costs(layers, ROWS, dense, KEPT, sparse);
  }

  private int fastest(Weights weights, List<NDArray> layer, int rows, int... candidates) {
    int best = candidates[0];
    double least = Double.MAX_VALUE;
    for (int kernel : candidates) {
      shape.kernels(rows == 1 ? kernel : shape.single(), rows == 1 ? shape.several() : kernel);
      double seconds = secondsOrNever(weights, layer, rows);
      if (seconds < least) {
        least = seconds;
        best = kernel;
      }
    }
    return best;
  }

  /** Not every kernel knows every type of weights on every processor. */
  private double secondsOrNever(Weights weights, List<NDArray> layer, int rows) {
    double seconds = 0;
    try {
      for (int site = 0; site < Site.COUNT; site++) {
        long inputs = weights.inputs()[site];
        long size = inputs * weights.outputs()[site];
        seconds += seconds(layer.get(MATRICES[site]), inputs, size, rows, inputs);
      }
      return seconds;
    } catch (EngineException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  /** Of one product, with this many of its inputs kept. */
  private double seconds(NDArray matrix, long inputs, long size, int rows, long floor) {
    int times = (int) Math.min(64, Math.max(1, LEAST_WEIGHTS_TIMED / size / rows));
    double best = Double.MAX_VALUE;
    try (NDArray zeros = torch.zeros(scalarType, rows, inputs);
        NDArray x = zeros.add(1)) {
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        Arguments arguments =
            new Arguments()
                .share(shape.value())
                .add(Torch.value(x))
                .add(Torch.value(matrix))
                .add(IValue.from(floor))
                .add(IValue.from(times));
        long began = System.nanoTime();
        torch.run(arguments, "time");
        best = Math.min(best, (System.nanoTime() - began) / 1e9 / times);
      }
    }
    return best;
  }
}
