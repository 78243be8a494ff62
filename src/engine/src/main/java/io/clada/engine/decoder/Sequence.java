package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.hf.DecoderConfig;

/**
 * The tensors of one sequence: its key-value cache, and what collecting runs add up. Confined to
 * the thread that runs the model.
 */
public final class Sequence implements AutoCloseable {
  private final Torch torch;
  private final DecoderConfig config;
  private final Precision precision;
  private final int ratios;
  private final IValue energy;
  private final IValue probe;
  private final NDArray energyTensor;
  private final NDArray probeTensor;
  private NDArray cache;
  private int capacity;
  private long collected;

  /**
   * @param capacity positions there is room for
   * @param ratios how many ratios a collecting run measures
   */
  Sequence(Torch torch, DecoderConfig config, Precision precision, int capacity, int ratios) {
    this.torch = torch;
    this.config = config;
    this.precision = precision;
    this.ratios = ratios;
    this.capacity = capacity;
    energyTensor = torch.zeros(Torch.FLOAT32, 2, config.layers(), config.intermediateSize());
    probeTensor = torch.zeros(Torch.FLOAT32, config.layers(), Site.COUNT, ratios);
    energy = Torch.value(energyTensor);
    probe = Torch.value(probeTensor);
    cache = cache(capacity);
  }

  private NDArray cache(int positions) {
    return torch.zeros(
        precision.scalarType(),
        config.layers(),
        positions,
        2L * config.kvHeads(),
        config.headDim());
  }

  NDArray cache() {
    return cache;
  }

  IValue energy() {
    return energy;
  }

  IValue probe() {
    return probe;
  }

  /** Positions there is room for. */
  public int capacity() {
    return capacity;
  }

  /** Makes room for more positions; what was computed stays. */
  public void grow(int positions) {
    if (positions <= capacity) {
      return;
    }
    NDArray larger = cache(positions);
    copy(cache, larger, capacity);
    cache.close();
    cache = larger;
    capacity = positions;
  }

  /** Takes over what another sequence of the same model computed for its first positions. */
  public void adopt(Sequence other, int positions) {
    copy(other.cache, cache, positions);
  }

  /** Copies the first entries of the second dimension. */
  private void copy(NDArray source, NDArray target, int entries) {
    torch.run(
        new Arguments().add(Torch.value(source)).add(Torch.value(target)).add(IValue.from(entries)),
        "copy");
  }

  /**
   * What collecting runs have added up, to be {@linkplain #restore taken up} by another sequence.
   *
   * @param energy {@code [2 * layers * neurons]}
   * @param probe {@code [layers * 4 * ratios]}
   * @param tokens how many it was added up over
   */
  @SuppressWarnings("ArrayRecordComponent") // large, and never changed
  public record Collected(float[] energy, float[] probe, long tokens) {}

  /** What collecting runs have added up so far. */
  public Collected collected() {
    return new Collected(energyTensor.toFloatArray(), probeTensor.toFloatArray(), collected);
  }

  /** Goes on from what another sequence's collecting runs had added up. */
  public void restore(Collected other) {
    try (NDArray from =
            torch.floats(other.energy(), 2, config.layers(), config.intermediateSize());
        NDArray magnitudes = torch.floats(other.probe(), config.layers(), Site.COUNT, ratios)) {
      copy(from, energyTensor, config.layers());
      copy(magnitudes, probeTensor, Site.COUNT);
    }
    collected = other.tokens();
  }

  void addCollected(int tokens) {
    collected += tokens;
  }

  /** Tokens that were collected over. */
  public long tokensCollected() {
    return collected;
  }

  /**
   * Mean over the collected tokens of the magnitude that this share of a product's inputs reaches,
   * {@code [layers * 4][ratios]}.
   */
  public float[][] magnitudes() {
    float[] flat = probeTensor.toFloatArray();
    float[][] rows = new float[config.layers() * Site.COUNT][ratios];
    for (int i = 0; i < flat.length; i++) {
      rows[i / ratios][i % ratios] = flat[i] / Math.max(1, collected);
    }
    return rows;
  }

  /**
   * Sum over the collected tokens of each neuron's squared activation, {@code [layers][neurons]}.
   */
  float[][] squares() {
    return energyRows(0);
  }

  /**
   * GRIFFIN's statistic, the sum over the collected tokens of {@code z^2 / ||z||^2}, {@code
   * [layers][neurons]}.
   */
  public float[][] importance() {
    return energyRows(1);
  }

  private float[][] energyRows(int kind) {
    int layers = config.layers();
    int neurons = config.intermediateSize();
    float[] flat = energyTensor.toFloatArray();
    float[][] rows = new float[layers][neurons];
    for (int layer = 0; layer < layers; layer++) {
      System.arraycopy(flat, (kind * layers + layer) * neurons, rows[layer], 0, neurons);
    }
    return rows;
  }

  @Override
  public void close() {
    cache.close();
    energy.close();
    probe.close();
    energyTensor.close();
    probeTensor.close();
  }
}
