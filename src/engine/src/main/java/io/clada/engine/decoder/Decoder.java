package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.hf.ModelFamily;
import io.clada.engine.hf.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model in libtorch: one call of the script {@code decoder.py} per step, for one sequence or a
 * batch. Owns the script and the weights. Confined to one thread at a time.
 */
public final class Decoder implements AutoCloseable {
  private static final long SMALL_LAYER_BYTES = 16L << 20;

  private final Torch torch;
  private final DecoderConfig config;
  private final Precision precision;
  private final Weights weights;
  private final IValue ends;
  private final Shape shape;
  private final Costs costs;
  private final long headWeights;
  private final IValue epsilon;
  private final IValue ratios;
  private final IValue unused;
  private final int ratioCount;
  private final float[][] downNorms;
  private final @Nullable NeuronRows neuronRows;

  private Decoder(
      Torch torch,
      ModelFamily family,
      Safetensors files,
      @Nullable Precision wanted,
      double[] ratios,
      LoadProgress progress) {
    this.torch = torch;
    this.config = family.config();
    precision = wanted != null ? wanted : torch.onCpu() ? Precision.FLOAT32 : Precision.BFLOAT16;
    if (precision == Precision.INT8 && !torch.onCpu()) {
      throw new ModelLoadException(
          "low-memory mode runs on the CPU only; take precision bfloat16 on a GPU");
    }
    int threads = threads(config);
    torch.threads(threads);
    WeightCount count = new WeightCount(family);
    WeightLoader loader = new WeightLoader(torch, family, files, precision, threads, progress);
    weights = new Weights(loader.layers(), count.inputs(), count.outputs());
    ends = Torch.list(loader.ends());
    headWeights = count.head();
    shape = new Shape(config, torch.onCpu() ? threads : 0);
    costs = Kernels.choose(torch, shape, precision, weights, config.layers());
    epsilon = IValue.from(config.normEps());
    ratioCount = ratios.length;
    this.ratios = Torch.value(torch.floats(floats(ratios), ratios.length));
    unused = Torch.value(torch.zeros(Torch.FLOAT32, 0));
    downNorms = downNorms();
    neuronRows = torch.onCpu() && canCompact() ? NeuronRows.of(torch, family, files) : null;
  }

  /**
   * Loads a model's weights.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda:N}
   * @param precision null: whatever is fast on the device
   * @param ratios shares of inputs whose magnitudes a collecting run measures, in (0, 1]
   * @throws ModelLoadException if a tensor is missing or does not fit, or the device is not there
   */
  public static Decoder load(
      ModelFamily family,
      Safetensors files,
      String device,
      @Nullable Precision precision,
      double[] ratios,
      LoadProgress progress) {
    Torch torch = Torch.open(device);
    try {
      return new Decoder(torch, family, files, precision, ratios, progress);
    } catch (RuntimeException | Error e) {
      torch.close();
      throw e;
    }
  }

  /**
   * A layer that fits the cache is over before a second core has woken up; on a computer that has
   * other work to do, waiting for it at every operation costs many times the step itself.
   */
  private static int threads(DecoderConfig config) {
    long attention = 2L * (config.heads() + config.kvHeads()) * config.headDim();
    long layer = (attention + 3L * config.intermediateSize()) * config.hiddenSize() * Float.BYTES;
    return layer < SMALL_LAYER_BYTES ? 1 : Runtime.getRuntime().availableProcessors();
  }

  public DecoderConfig config() {
    return config;
  }

  /** The whole layer weights. */
  public Weights weights() {
    return weights;
  }

  public String kernels() {
    return shape.kernels();
  }

  /** What products cost here. */
  public Costs costs() {
    return costs;
  }

  /** Weights of the output head, which every step reads. */
  public long headWeights() {
    return headWeights;
  }

  /** Bytes of the key-value cache that one position of one sequence takes. */
  public long cacheBytesPerPosition() {
    return 2L * config.layers() * config.kvHeads() * config.headDim() * precision.cacheBytes();
  }

  /** Whether there can be {@linkplain #compact compact copies} of neurons. */
  public boolean canCompact() {
    return precision != Precision.INT8;
  }

  /**
   * Room for compact copies of this many neurons of each layer.
   *
   * @throws IllegalStateException if there cannot be any: weights of eight bits
   */
  public CompactWeights compact(int kept) {
    if (!canCompact()) {
      throw new IllegalStateException("weights of eight bits cannot be compacted");
    }
    return new CompactWeights(torch, weights, neuronRows, precision, kept);
  }

  /**
   * A new sequence.
   *
   * @param capacity positions to make room for, at most the model's context
   */
  public Sequence sequence(int capacity) {
    return new Sequence(torch, config, precision, capacity, ratioCount);
  }

  /** Runs a position for nobody: what libtorch prepares at its first call keeps nobody waiting. */
  public void warmUp() {
    try (Sequence nobody = sequence(1)) {
      Segment position = Segment.fill(nobody, 0, new int[] {0}, false);
      run(weights, Keep.dense(config.layers()), List.of(position));
    }
  }

  /**
   * Computes the segments' positions and picks the tokens that follow their last rows.
   *
   * @param keep dense, or for as many rows as the segments have in all
   * @param segments of different sequences
   */
  public Outcome run(Weights weights, Keep keep, List<Segment> segments) {
    Segment first = segments.get(0);
    boolean collect = first.collect();
    if (collect && segments.size() > 1) {
      throw new IllegalArgumentException("only a call of one segment can collect");
    }
    try (Arguments arguments = rows(weights, keep, segments)) {
      arguments.add(IValue.from(collect));
      arguments.share(ratios);
      arguments.share(collect ? first.sequence().energy() : unused);
      arguments.share(collect ? first.sequence().probe() : unused);
      draws(arguments, segments);
      try (IValue result = torch.call("run", arguments.values())) {
        if (collect) {
          first.sequence().addCollected(first.ids().length);
        }
        return outcome(segments, result.toDoubleArray());
      }
    }
  }

  /**
   * Computes a segment, dense, and what each of its products would lose if it kept but a share of
   * its inputs, the largest: the sum over the rows of the squared norm of what is lost over the
   * squared norm of the product.
   *
   * @param segment one that collects
   * @return {@code [layers * 4][ratios]}
   */
  public float[][] losses(Segment segment) {
    int matrices = config.layers() * Site.COUNT;
    try (NDArray sums = torch.zeros(Torch.FLOAT32, matrices, ratioCount);
        Arguments arguments = rows(weights, Keep.dense(config.layers()), List.of(segment))) {
      arguments.share(ratios);
      arguments.share(segment.sequence().energy());
      arguments.share(segment.sequence().probe());
      arguments.add(Torch.value(sums));
      torch.call("losses", arguments.values()).close();
      segment.sequence().addCollected(segment.ids().length);
      float[] flat = sums.toFloatArray();
      float[][] losses = new float[matrices][];
      Arrays.setAll(
          losses,
          matrix -> Arrays.copyOfRange(flat, matrix * ratioCount, (matrix + 1) * ratioCount));
      return losses;
    }
  }

  /** Raw logits of a sequence's first positions, dense, {@code [tokens][vocab]}. */
  public float[][] logits(Sequence sequence, int[] ids) {
    Segment segment = Segment.fill(sequence, 0, ids, false);
    Keep dense = Keep.dense(config.layers());
    try (Arguments arguments = rows(weights, dense, List.of(segment));
        IValue result = torch.call("logits", arguments.values());
        NDArray logits = torch.tensor(result)) {
      float[] flat = logits.toFloatArray();
      float[][] rows = new float[ids.length][config.vocabSize()];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(flat, row * config.vocabSize(), rows[row], 0, config.vocabSize());
      }
      return rows;
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

  /** Tensors that are held in native memory, weights included. */
  int tensors() {
    return torch.tensors();
  }

  private Arguments rows(Weights weights, Keep keep, List<Segment> segments) {
    int count = segments.size();
    List<NDArray> caches = new ArrayList<>();
    long[] starts = new long[count];
    long[] counts = new long[count];
    int rows = 0;
    for (int i = 0; i < count; i++) {
      Segment segment = segments.get(i);
      int end = segment.start() + segment.ids().length;
      if (end > segment.sequence().capacity()) {
        throw new IllegalArgumentException(
            "positions up to " + end + " in a sequence of " + segment.sequence().capacity());
      }
      caches.add(segment.sequence().cache());
      starts[i] = segment.start();
      counts[i] = segment.ids().length;
      rows += segment.ids().length;
    }
    long[] ids = new long[rows];
    int at = 0;
    for (Segment segment : segments) {
      for (int id : segment.ids()) {
        ids[at++] = id;
      }
    }
    return new Arguments()
        .share(shape.value())
        .share(epsilon)
        .share(weights.value())
        .share(ends)
        .add(Torch.list(caches))
        .add(IValue.listFrom(ids))
        .add(IValue.listFrom(starts))
        .add(IValue.listFrom(counts))
        .add(IValue.listFrom(keep.thresholds()))
        .add(IValue.listFrom(keep.floors()));
  }

  private static void draws(Arguments arguments, List<Segment> segments) {
    int count = segments.size();
    long[] draws = new long[count];
    double[] temperatures = new double[count];
    long[] topKs = new long[count];
    double[] topPs = new double[count];
    double[] penalties = new double[count];
    long[] saidCounts = new long[count];
    for (int i = 0; i < count; i++) {
      Segment segment = segments.get(i);
      draws[i] = segment.draws().size();
      temperatures[i] = segment.sampling().temperature();
      topKs[i] = segment.sampling().topK();
      topPs[i] = segment.sampling().topP();
      penalties[i] = segment.sampling().repetitionPenalty();
      saidCounts[i] = segment.said().length;
    }
    long[] targets =
        segments.stream()
            .flatMap(segment -> segment.draws().stream())
            .mapToLong(Draw::target)
            .toArray();
    double[] uniforms =
        segments.stream()
            .flatMap(segment -> segment.draws().stream())
            .mapToDouble(Draw::uniform)
            .toArray();
    long[] said =
        segments.stream()
            .flatMapToInt(segment -> Arrays.stream(segment.said()))
            .asLongStream()
            .toArray();
    arguments
        .add(IValue.listFrom(draws))
        .add(IValue.listFrom(targets))
        .add(IValue.listFrom(uniforms))
        .add(IValue.listFrom(temperatures))
        .add(IValue.listFrom(topKs))
        .add(IValue.listFrom(topPs))
        .add(IValue.listFrom(penalties))
        .add(IValue.listFrom(said))
        .add(IValue.listFrom(saidCounts));
  }

  private static Outcome outcome(List<Segment> segments, double[] numbers) {
    List<List<Step>> steps = new ArrayList<>();
    int at = 0;
    for (Segment segment : segments) {
      List<Step> picked = new ArrayList<>();
      for (int i = 0; i < segment.draws().size(); i++) {
        picked.add(new Step((int) numbers[at], numbers[at + 1], numbers[at + 2]));
        at += 3;
      }
      steps.add(picked);
    }
    double[] used = new double[numbers.length - at];
    System.arraycopy(numbers, at, used, 0, used.length);
    return new Outcome(steps, used);
  }

  private float[][] downNorms() {
    float[][] norms = new float[config.layers()][];
    for (int layer = 0; layer < norms.length; layer++) {
      try (Arguments arguments =
              new Arguments()
                  .add(Torch.value(weights.layer(layer).get(Weights.DOWN)))
                  .add(IValue.from(config.intermediateSize()));
          IValue result = torch.call("squares", arguments.values());
          NDArray sums = torch.tensor(result)) {
        norms[layer] = sums.toFloatArray();
      }
    }
    return norms;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public void close() {
    if (neuronRows != null) {
      neuronRows.close();
    }
    weights.close();
    ends.close();
    shape.close();
    epsilon.close();
    ratios.close();
    unused.close();
    torch.close();
  }
}
