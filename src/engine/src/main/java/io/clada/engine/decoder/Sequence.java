package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.hf.LlamaConfig;
import java.nio.LongBuffer;

/**
 * The tensors of one sequence: token ids, key-value cache, and what a collecting run adds up. Holds
 * the prompt and room for the rest of the context. Confined to the thread that runs it.
 */
public final class Sequence implements AutoCloseable {
  private final NDManager manager;
  private final int capacity;
  private final int layers;
  private final int neurons;
  private final int ratios;
  private final NDArray energy;
  private final NDArray probe;
  private final IValue kvValue;
  private final IValue idsValue;
  private final IValue energyValue;
  private final IValue probeValue;
  private long collected;

  /**
   * @param ids the tokens so far
   * @param capacity most positions that will ever be computed, at most the model's context
   * @param ratios how many ratios a collecting run measures
   */
  Sequence(NDManager parent, LlamaConfig config, int[] ids, int capacity, int ratios) {
    this.capacity = capacity;
    this.layers = config.layers();
    this.neurons = config.intermediateSize();
    this.ratios = ratios;
    manager = parent.newSubManager();
    NDArray kv =
        manager.create(
            new Shape(layers, 2, config.kvHeads(), capacity, config.headDim()), DataType.FLOAT32);
    long[] padded = new long[capacity + 1];
    for (int i = 0; i < ids.length; i++) {
      padded[i] = ids[i];
    }
    NDArray tokens =
        manager.create(LongBuffer.wrap(padded), new Shape(padded.length), DataType.INT64);
    energy = manager.zeros(new Shape(2, layers, neurons), DataType.FLOAT32);
    probe = manager.zeros(new Shape(layers, Site.COUNT, ratios), DataType.FLOAT32);
    kvValue = Torch.value(kv);
    idsValue = Torch.value(tokens);
    energyValue = Torch.value(energy);
    probeValue = Torch.value(probe);
  }

  IValue kv() {
    return kvValue;
  }

  IValue ids() {
    return idsValue;
  }

  IValue energy() {
    return energyValue;
  }

  IValue probe() {
    return probeValue;
  }

  int capacity() {
    return capacity;
  }

  void addCollected(int tokens) {
    collected += tokens;
  }

  /** Tokens that were collected over. */
  public long collected() {
    return collected;
  }

  /**
   * Mean over the collected tokens of the magnitude that this share of a product's inputs reaches,
   * {@code [layers * 4][ratios]}.
   */
  public float[][] magnitudes() {
    float[] flat = probe.toFloatArray();
    float[][] rows = new float[layers * Site.COUNT][ratios];
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
    float[] flat = energy.toFloatArray();
    float[][] rows = new float[layers][neurons];
    for (int layer = 0; layer < layers; layer++) {
      System.arraycopy(flat, (kind * layers + layer) * neurons, rows[layer], 0, neurons);
    }
    return rows;
  }

  @Override
  public void close() {
    kvValue.close();
    idsValue.close();
    energyValue.close();
    probeValue.close();
    manager.close();
  }
}
