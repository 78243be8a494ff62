package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.LlamaConfig;
import io.clada.engine.hf.Safetensors;
import io.clada.engine.hf.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a model's memory-mapped tensors, in blocks of rows, into the float32 tensors that {@code
 * decoder.py} wants: matrices transposed, those that share their input side by side in one.
 */
final class WeightLoader {
  private static final long BLOCK_BYTES = 32L << 20;

  private final Torch torch;
  private final NDManager manager;
  private final LlamaConfig config;
  private final Safetensors files;

  WeightLoader(Torch torch, LlamaConfig config, Safetensors files) {
    this.torch = torch;
    this.manager = torch.manager();
    this.config = config;
    this.files = files;
  }

  /** Ten tensors per layer; see decoder.py. */
  List<NDArray> layers() {
    int attention = config.heads() * config.headDim();
    int keyValue = config.kvHeads() * config.headDim();
    int hidden = config.hiddenSize();
    int neurons = config.intermediateSize();
    List<NDArray> weights = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      Part q = new Part(prefix + "self_attn.q_proj", attention);
      Part k = new Part(prefix + "self_attn.k_proj", keyValue);
      Part v = new Part(prefix + "self_attn.v_proj", keyValue);
      Part o = new Part(prefix + "self_attn.o_proj", hidden);
      Part gate = new Part(prefix + "mlp.gate_proj", neurons);
      Part up = new Part(prefix + "mlp.up_proj", neurons);
      Part down = new Part(prefix + "mlp.down_proj", hidden);
      weights.add(vector(prefix + "input_layernorm.weight", hidden));
      weights.add(transposed(hidden, q, k, v));
      weights.add(bias(config.attentionBias(), q, k, v));
      weights.add(transposed(attention, o));
      weights.add(bias(config.attentionBias(), o));
      weights.add(vector(prefix + "post_attention_layernorm.weight", hidden));
      weights.add(transposed(hidden, gate, up));
      weights.add(bias(config.mlpBias(), gate, up));
      weights.add(transposed(neurons, down));
      weights.add(bias(config.mlpBias(), down));
    }
    return weights;
  }

  /** Embedding, final norm, head, cosines, sines; see decoder.py. */
  List<NDArray> ends() {
    int hidden = config.hiddenSize();
    NDArray embedding = matrix("model.embed_tokens.weight", config.vocabSize(), hidden);
    NDArray norm = vector("model.norm.weight", hidden);
    NDArray head =
        config.tiedHead() ? embedding : matrix("lm_head.weight", config.vocabSize(), hidden);
    Shape positions = new Shape(config.maxPositions(), config.headDim());
    return List.of(
        embedding,
        norm,
        head,
        manager.create(FloatBuffer.wrap(Rope.cosines(config)), positions, DataType.FLOAT32),
        manager.create(FloatBuffer.wrap(Rope.sines(config)), positions, DataType.FLOAT32));
  }

  /** A projection of the model: {@code name.weight} is {@code [out, in]}. */
  private record Part(String name, int out) {}

  private NDArray transposed(int in, Part... parts) {
    int out = 0;
    for (Part part : parts) {
      out += part.out();
    }
    NDArray target = manager.create(new Shape(in, out), DataType.FLOAT32);
    int column = 0;
    for (Part part : parts) {
      place(part.name() + ".weight", List.of((long) part.out(), (long) in), true, target, column);
      column += part.out();
    }
    return target;
  }

  private NDArray bias(boolean present, Part... parts) {
    if (!present) {
      return manager.create(new Shape(0), DataType.FLOAT32);
    }
    int out = 0;
    for (Part part : parts) {
      out += part.out();
    }
    NDArray target = manager.create(new Shape(out), DataType.FLOAT32);
    int at = 0;
    for (Part part : parts) {
      place(part.name() + ".bias", List.of((long) part.out()), false, target, at);
      at += part.out();
    }
    return target;
  }

  private NDArray vector(String name, int size) {
    NDArray target = manager.create(new Shape(size), DataType.FLOAT32);
    place(name, List.of((long) size), false, target, 0);
    return target;
  }

  private NDArray matrix(String name, int rows, int columns) {
    NDArray target = manager.create(new Shape(rows, columns), DataType.FLOAT32);
    place(name, List.of((long) rows, (long) columns), false, target, 0);
    return target;
  }

  private void place(String name, List<Long> shape, boolean transpose, NDArray target, int at) {
    Tensor info = files.tensor(name, shape);
    long rows = shape.get(0);
    long step = Math.max(1, BLOCK_BYTES / info.rowBytes());
    for (long from = 0; from < rows; from += step) {
      long to = Math.min(rows, from + step);
      Shape block = shape.size() == 1 ? new Shape(to - from) : new Shape(to - from, shape.get(1));
      try (NDArray mapped = block(info, files.rows(name, from, to), block);
          IValue source = Torch.value(mapped);
          IValue isTransposed = IValue.from(transpose);
          IValue into = Torch.value(target);
          IValue offset = IValue.from(at + from)) {
        torch.call("place", source, isTransposed, into, offset).close();
      }
    }
  }

  private NDArray block(Tensor info, ByteBuffer bytes, Shape shape) {
    return switch (info.dtype()) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      case BF16 -> manager.create(widened(bytes), shape, DataType.FLOAT32);
      default ->
          throw new ModelLoadException(
              info.name()
                  + ": dtype "
                  + info.dtype()
                  + " is not supported; supported: F32, F16, BF16");
    };
  }

  /** DJL has no bfloat16; its bits are the upper half of a float's. */
  private static ByteBuffer widened(ByteBuffer bfloats) {
    ByteBuffer floats =
        ByteBuffer.allocateDirect(bfloats.remaining() * 2).order(ByteOrder.nativeOrder());
    while (bfloats.hasRemaining()) {
      floats.putInt(bfloats.getShort() << 16);
    }
    return floats.flip();
  }
}
