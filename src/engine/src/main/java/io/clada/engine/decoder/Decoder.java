package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.hf.LlamaConfig;
import io.clada.engine.hf.Safetensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The model in libtorch: one call of the script {@code decoder.py} per step. Owns the script and
 * the weights, in float32 on the CPU. Calls may come from any thread, one at a time per {@link
 * Sequence}.
 */
public final class Decoder implements AutoCloseable {
  private static final long SMALL_LAYER_BYTES = 16L << 20;

  private final Torch torch;
  private final LlamaConfig config;
  private final Weights weights;
  private final List<NDArray> tensors;
  private final IValue ends;
  private final IValue epsilon;
  private final IValue ratios;
  private final int ratioCount;
  private final float[][] downNorms;

  private Decoder(Torch torch, LlamaConfig config, Safetensors files, double[] ratios) {
    this.torch = torch;
    this.config = config;
    torch.threads(threads(config));
    WeightLoader loader = new WeightLoader(torch, config, files);
    tensors = loader.layers();
    weights = new Weights(tensors, List.of());
    ends = Torch.list(loader.ends());
    epsilon = IValue.from(config.rmsNormEps());
    ratioCount = ratios.length;
    this.ratios = Torch.value(floats(ratios));
    downNorms = downNorms();
  }

  /**
   * Loads a model's weights.
   *
   * @param ratios shares of inputs whose magnitudes a collecting run measures, in (0, 1]
   * @throws io.clada.engine.ModelLoadException if a tensor is missing or does not fit
   */
  public static Decoder load(LlamaConfig config, Safetensors files, double[] ratios) {
    Torch torch = new Torch(DecoderArchive.bytes());
    try {
      return new Decoder(torch, config, files, ratios);
    } catch (RuntimeException | Error e) {
      torch.close();
      throw e;
    }
  }

  /**
   * A layer that fits the cache is over before a second core has woken up; on a computer that has
   * other work to do, waiting for it at every operation costs many times the step itself.
   */
  private static int threads(LlamaConfig config) {
    long attention = 2L * (config.heads() + config.kvHeads()) * config.headDim();
    long layer = (attention + 3L * config.intermediateSize()) * config.hiddenSize() * Float.BYTES;
    return layer < SMALL_LAYER_BYTES ? 1 : Runtime.getRuntime().availableProcessors();
  }

  /** The whole layer weights. */
  public Weights weights() {
    return weights;
  }

  /** Weights of the output head, which every step reads. */
  public long headWeights() {
    return (long) config.vocabSize() * config.hiddenSize();
  }

  /**
   * A new sequence.
   *
   * @param ids its tokens so far, at least one
   * @param capacity most positions that will be computed, at most the model's context
   */
  public Sequence sequence(int[] ids, int capacity) {
    return new Sequence(torch.manager(), config, ids, capacity, ratioCount);
  }

  /**
   * Computes positions {@code start} to {@code start + tokens} and picks the token that follows
   * them. More than one position is always dense.
   *
   * @param collect add up the activity of neurons and inputs in the sequence
   */
  public Step run(
      Weights weights,
      Sequence sequence,
      int start,
      int tokens,
      Keep keep,
      boolean collect,
      Draw draw) {
    try (Arguments arguments = arguments(weights, sequence, start, tokens, keep, collect)) {
      arguments.add(IValue.from(draw.forced()));
      arguments.add(IValue.from(draw.temperature()));
      arguments.add(IValue.from(draw.topK()));
      arguments.add(IValue.from(draw.topP()));
      arguments.add(IValue.from(draw.repetitionPenalty()));
      arguments.add(IValue.from(draw.uniform()));
      try (IValue result = torch.call("run", arguments.values())) {
        double[] numbers = result.toDoubleArray();
        double[] used = new double[numbers.length - 3];
        System.arraycopy(numbers, 3, used, 0, used.length);
        return new Step((int) numbers[0], numbers[1], numbers[2], used);
      }
    }
  }

  /**
   * Computes positions {@code start} to {@code start + tokens}, dense, for their effect on the
   * sequence.
   */
  public void fill(Sequence sequence, int start, int tokens, boolean collect) {
    Keep dense = Keep.dense(config.layers());
    try (Arguments arguments = arguments(weights, sequence, start, tokens, dense, collect)) {
      torch.call("fill", arguments.values()).close();
    }
  }

  /** Raw logits of positions {@code 0} to {@code tokens}, dense, {@code [tokens][vocab]}. */
  public float[][] logits(Sequence sequence, int tokens) {
    Keep dense = Keep.dense(config.layers());
    try (Arguments arguments = new Arguments()) {
      head(arguments, weights, sequence, 0, tokens, dense);
      try (IValue result = torch.call("logits", arguments.values());
          NDArray logits = torch.tensor(result)) {
        float[] flat = logits.toFloatArray();
        float[][] rows = new float[tokens][config.vocabSize()];
        for (int token = 0; token < tokens; token++) {
          System.arraycopy(flat, token * config.vocabSize(), rows[token], 0, config.vocabSize());
        }
        return rows;
      }
    }
  }

  /**
   * Compact copies of the FFN weights of these neurons only; the other weights are shared.
   *
   * @param neurons {@code [layers][kept]}, ascending
   */
  public Weights compact(int[][] neurons) {
    int kept = neurons[0].length;
    long[] flat = new long[neurons.length * kept];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = neurons[i / kept][i % kept];
    }
    Shape shape = new Shape(neurons.length, kept);
    try (NDArray indices = torch.manager().create(LongBuffer.wrap(flat), shape, DataType.INT64);
        IValue value = Torch.value(indices);
        IValue result = torch.call("compact", weights.value(), value)) {
      List<NDArray> compact = List.of(torch.tensors(result));
      return new Weights(compact, compact);
    }
  }

  /**
   * Each neuron's share of its layer's contribution energy over the collected tokens, {@code sum_t
   * z^2 * ||down||^2} (method, section 5), {@code [layers][neurons]}, adding up to 1 per layer.
   */
  public List<float[]> energy(Sequence sequence) {
    float[][] squares = sequence.squares();
    List<float[]> shares = new ArrayList<>();
    for (int layer = 0; layer < squares.length; layer++) {
      float[] share = squares[layer];
      double sum = 0;
      for (int neuron = 0; neuron < share.length; neuron++) {
        share[neuron] *= downNorms[layer][neuron];
        sum += share[neuron];
      }
      for (int neuron = 0; neuron < share.length && sum > 0; neuron++) {
        share[neuron] = (float) (share[neuron] / sum);
      }
      shares.add(share);
    }
    return shares;
  }

  private Arguments arguments(
      Weights weights, Sequence sequence, int start, int tokens, Keep keep, boolean collect) {
    Arguments arguments = new Arguments();
    head(arguments, weights, sequence, start, tokens, keep);
    arguments.add(IValue.from(collect));
    arguments.share(ratios);
    arguments.share(sequence.energy());
    arguments.share(sequence.probe());
    if (collect) {
      sequence.addCollected(tokens);
    }
    return arguments;
  }

  private void head(
      Arguments arguments, Weights weights, Sequence sequence, int start, int tokens, Keep keep) {
    if (start + tokens > sequence.capacity()) {
      throw new IllegalArgumentException(
          "positions up to " + (start + tokens) + " in a sequence of " + sequence.capacity());
    }
    arguments.share(weights.value());
    arguments.share(ends);
    arguments.share(sequence.kv());
    arguments.share(sequence.ids());
    arguments.add(IValue.from(start));
    arguments.add(IValue.from(tokens));
    arguments.share(epsilon);
    arguments.add(IValue.listFrom(keep.thresholds()));
    arguments.add(IValue.listFrom(keep.floors()));
  }

  private float[][] downNorms() {
    float[][] norms = new float[config.layers()][];
    for (int layer = 0; layer < norms.length; layer++) {
      NDArray down = tensors.get(layer * 10 + 8);
      try (NDArray squares = down.square();
          NDArray sums = squares.sum(new int[] {1})) {
        norms[layer] = sums.toFloatArray();
      }
    }
    return norms;
  }

  private NDArray floats(double[] values) {
    FloatBuffer buffer = FloatBuffer.allocate(values.length);
    for (double value : values) {
      buffer.put((float) value);
    }
    return torch.manager().create(buffer.rewind(), new Shape(values.length), DataType.FLOAT32);
  }

  @Override
  public void close() {
    weights.close();
    ends.close();
    epsilon.close();
    ratios.close();
    torch.close();
  }

  /** The arguments of one call: those made for it are freed with it, those shared stay. */
  private static final class Arguments implements AutoCloseable {
    private final List<IValue> all = new ArrayList<>();
    private final List<IValue> made = new ArrayList<>();

    void add(IValue value) {
      made.add(value);
      all.add(value);
    }

    void share(IValue value) {
      all.add(value);
    }

    IValue[] values() {
      return all.toArray(IValue[]::new);
    }

    @Override
    public void close() {
      made.forEach(IValue::close);
    }
  }
}
