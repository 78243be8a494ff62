package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.hf.EndWeights;
import io.clada.engine.hf.LayerWeights;
import io.clada.engine.hf.ModelFamily;
import io.clada.engine.hf.Part;
import io.clada.engine.hf.Safetensors;
import io.clada.engine.hf.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies a model's tensors, in blocks of rows, into those that {@code decoder.py} wants: matrices
 * transposed, those that share their input side by side in one, in the chosen precision. Needs
 * little more memory than what it makes.
 */
final class WeightLoader {
  /** Of floats that become eight bits at once: a file is read once for each such block. */
  private static final long EIGHT_BIT_BLOCK_BYTES = 24L << 20;

  private static final int UINT8 = 0;

  private final Torch torch;
  private final ModelFamily family;
  private final DecoderConfig config;
  private final Safetensors files;
  private final Precision precision;
  private final int parts;
  private final LoadProgress progress;
  private final long total;
  private final NDArray nothing;
  private final Blocks blocks;
  private long placed;

  /**
   * @param parts in how many the outputs of eight-bit matrices are split, where they can be
   */
  WeightLoader(
      Torch torch,
      ModelFamily family,
      Safetensors files,
      Precision precision,
      int parts,
      LoadProgress progress) {
    this.torch = torch;
    this.family = family;
    this.config = family.config();
    this.files = files;
    this.precision = precision;
    this.parts = parts;
    this.progress = progress;
    nothing = torch.zeros(precision.scalarType(), 0);
    blocks = new Blocks(torch, files);
    total = new WeightCount(family).all();
  }

  /** Twelve tensors per layer; see decoder.py. */
  List<NDArray> layers() {
    List<NDArray> weights = new ArrayList<>();
    for (int number = 0; number < config.layers(); number++) {
      LayerWeights layer = family.layer(number);
      weights.add(vector(layer.norm1Weight()));
      weights.add(normBias(layer.norm1Bias()));
      weights.add(rotated(matrix(layer.qkv(), true)));
      weights.add(rotated(vector(layer.qkvBias())));
      weights.add(matrix(List.of(layer.o()), false));
      weights.add(vector(layer.oBias()));
      weights.add(vector(layer.norm2Weight()));
      weights.add(layer.norm2Weight() == null ? nothing : normBias(layer.norm2Bias()));
      weights.add(matrix(layer.up(), false));
      weights.add(vector(layer.upBias()));
      weights.add(matrix(List.of(layer.down()), false));
      weights.add(vector(layer.downBias()));
    }
    return weights;
  }

  /** Embedding to rotation; see decoder.py. */
  List<NDArray> ends() {
    EndWeights ends = family.ends();
    NDArray embedding = table(ends.embedding(), precision == Precision.INT8);
    NDArray head =
        precision != Precision.INT8 && ends.head().equals(ends.embedding())
            ? embedding.transpose()
            : matrix(List.of(ends.head()), false);
    return List.of(
        embedding,
        ends.projectIn() == null ? nothing : floats(List.of(ends.projectIn())),
        ends.positions() == null ? nothing : table(ends.positions(), false),
        vector(ends.finalNorm()),
        ends.finalNorm() == null ? nothing : normBias(ends.finalNormBias()),
        ends.projectOut() == null ? nothing : floats(List.of(ends.projectOut())),
        head,
        vector(ends.headBias()),
        rotation());
  }

  private NDArray rotation() {
    return config.rotaryDim() == 0
        ? torch.zeros(Torch.FLOAT32, 0)
        : torch.floats(Rope.turns(config), config.maxPositions(), config.rotaryDim() / 2, 2);
  }

  /** An RMS norm has no bias: a zero stands for it. */
  private NDArray normBias(@Nullable Part part) {
    return part == null ? torch.zeros(precision.scalarType(), 1) : vector(part);
  }

  private NDArray vector(@Nullable Part part) {
    return part == null ? nothing : vector(List.of(part));
  }

  private NDArray vector(List<Part> sources) {
    if (sources.isEmpty()) {
      return nothing;
    }
    NDArray target = torch.zeros(precision.scalarType(), size(sources));
    long column = 0;
    for (Part part : sources) {
      Tensor info = files.tensor(part.tensor(), part.shape());
      for (Part.Range range : part.outputs()) {
        try (NDArray block = blocks.range(info, range.from(), range.to(), 1, range.size())) {
          place(block, 0, range.size(), false, target, 0, column);
        }
        column += range.size();
      }
    }
    return checked(sources, target);
  }

  /** An untransposed matrix: rows are looked up in it. */
  private NDArray table(Part part, boolean eightBit) {
    long rows = part.size();
    long columns = part.inputs();
    NDArray target = eightBit ? torch.zeros(UINT8, rows, columns + 8) : zeros(rows, columns);
    Tensor info = files.tensor(part.tensor(), part.shape());
    long row = 0;
    for (Part.Range range : part.outputs()) {
      for (long from = range.from(); from < range.to(); from += Blocks.rows(info)) {
        long n = Math.min(Blocks.rows(info), range.to() - from);
        try (NDArray block = blocks.range(info, from, from + n, n, columns)) {
          if (eightBit) {
            quantize(part, block, 1, target, row);
          } else {
            place(block, 0, columns, false, target, row, 0);
          }
        }
        row += n;
      }
    }
    return eightBit ? target : checked(List.of(part), target);
  }

  private NDArray matrix(List<Part> sources, boolean rotated) {
    return precision == Precision.INT8 ? eightBits(sources, rotated) : floats(sources);
  }

  private NDArray floats(List<Part> sources) {
    long inputs = sources.get(0).inputs();
    NDArray target = zeros(inputs, size(sources));
    fill(sources, target, 0, inputs);
    return checked(sources, target);
  }

  /** Block by block of inputs, through floats. */
  private NDArray eightBits(List<Part> sources, boolean rotated) {
    long inputs = sources.get(0).inputs();
    long outputs = size(sources);
    int split = outputs % parts == 0 ? parts : 1;
    NDArray target = torch.zeros(UINT8, inputs * split, outputs / split + 8);
    long step = Math.max(1, EIGHT_BIT_BLOCK_BYTES / (outputs * Float.BYTES));
    for (long first = 0; first < inputs; first += step) {
      long n = Math.min(step, inputs - first);
      try (NDArray block = torch.zeros(Torch.FLOAT32, n, outputs)) {
        fill(sources, block, first, n);
        if (rotated) {
          pair(block);
        }
        quantize(sources.get(0), block, split, target, first * split);
      }
    }
    return target;
  }

  private void quantize(Part source, NDArray block, int split, NDArray target, long row) {
    checked(List.of(source), block);
    try (Arguments arguments = new Arguments().add(Torch.value(block)).add(IValue.from(split));
        IValue result = torch.call("quantize", arguments.values());
        NDArray bytes = torch.tensor(result)) {
      place(bytes, 0, bytes.getShape().get(1), false, target, row, 0);
    }
  }

  /** Places inputs {@code first} to {@code first + n} of the sources, side by side. */
  private void fill(List<Part> sources, NDArray target, long first, long n) {
    long column = 0;
    for (Part part : sources) {
      Tensor info = files.tensor(part.tensor(), part.shape());
      if (part.orientation() == Part.Orientation.OUT_IN) {
        outIn(part, info, target, first, n, column);
      } else {
        inOut(part, info, target, first, n, column);
      }
      column += part.size();
    }
  }

  private void outIn(Part part, Tensor info, NDArray target, long first, long n, long column) {
    for (Part.Range range : part.outputs()) {
      for (long from = range.from(); from < range.to(); from += Blocks.rows(info)) {
        long rows = Math.min(Blocks.rows(info), range.to() - from);
        try (NDArray block = blocks.range(info, from, from + rows, rows, part.inputs())) {
          place(block, first, n, true, target, 0, column);
        }
        column += rows;
      }
    }
  }

  private void inOut(Part part, Tensor info, NDArray target, long first, long n, long column) {
    for (long from = first; from < first + n; from += Blocks.rows(info)) {
      long rows = Math.min(Blocks.rows(info), first + n - from);
      try (NDArray block = blocks.range(info, from, from + rows, rows, part.shape().get(1))) {
        long at = column;
        for (Part.Range range : part.outputs()) {
          place(block, range.from(), range.size(), false, target, from - first, at);
          at += range.size();
        }
      }
    }
  }

  private void place(
      NDArray block, long first, long n, boolean transpose, NDArray target, long row, long column) {
    torch.run(
        new Arguments()
            .add(Torch.value(block))
            .add(IValue.from(first))
            .add(IValue.from(n))
            .add(IValue.from(transpose))
            .add(Torch.value(target))
            .add(IValue.from(row))
            .add(IValue.from(column)),
        "place");
  }

  private NDArray rotated(NDArray target) {
    if (precision != Precision.INT8 || target.getShape().dimension() == 1) {
      pair(target);
    }
    return target;
  }

  private void pair(NDArray target) {
    if (config.rotaryDim() == 0 || target.isEmpty()) {
      return;
    }
    torch.run(
        new Arguments()
            .add(Torch.value(target))
            .add(IValue.from(config.heads() + config.kvHeads()))
            .add(IValue.from(config.headDim()))
            .add(IValue.from(config.rotaryDim())),
        "pair");
  }

  /** A model with a NaN would run, and say nothing sensible. */
  private NDArray checked(List<Part> sources, NDArray target) {
    try (Arguments arguments = new Arguments().add(Torch.value(target));
        IValue finite = torch.call("finite", arguments.values())) {
      if (!finite.toBoolean()) {
        throw new ModelLoadException(
            sources.get(0).tensor() + ": holds a weight that is infinite or not a number");
      }
    }
    placed += target.size();
    progress.loaded(Math.min(placed, total), total);
    return target;
  }

  private NDArray zeros(long rows, long columns) {
    return torch.zeros(precision.scalarType(), rows, columns);
  }

  private static long size(List<Part> sources) {
    return sources.stream().mapToLong(Part::size).sum();
  }
}
