package io.clada.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A LLaMA directory of random weights in float32, for timing at sizes that are not shipped. What it
 * says is noise; what it costs is real.
 *
 * @param hidden hidden size
 * @param heads of attention
 * @param keyValueHeads of which each serves several heads
 * @param neurons of an FFN
 * @param vocabulary tokens
 * @param layers how many
 */
record RandomModel(
    int hidden, int heads, int keyValueHeads, int neurons, int vocabulary, int layers) {
  private static final int CONTEXT = 1024;
  private static final int BLOCK = 1 << 20;

  /** The shapes of well-known models, by name. */
  static final Map<String, RandomModel> SHAPES =
      Map.of(
          "demo", new RandomModel(192, 6, 2, 1280, 2048, 6),
          "tinyllama-1.1b", new RandomModel(2048, 32, 4, 5632, 32000, 22),
          "llama-2-7b", new RandomModel(4096, 32, 32, 11008, 32000, 32),
          "llama-3-8b", new RandomModel(4096, 32, 8, 14336, 128256, 32));

  /** So small that a step costs what its operations cost by themselves. */
  static RandomModel tiny(int layers) {
    return new RandomModel(64, 1, 1, 64, 2048, layers);
  }

  RandomModel withLayers(int count) {
    return new RandomModel(hidden, heads, keyValueHeads, neurons, vocabulary, count);
  }

  /** Of every matrix, embedding and head. */
  long weights() {
    return shapes().values().stream().mapToLong(RandomModel::size).sum();
  }

  /** Writes the model, with the tokenizer of another, which must have no more tokens. */
  void write(Path directory, Path tokenizer) throws IOException {
    Files.copy(tokenizer, directory.resolve("tokenizer.json"));
    ObjectMapper json = new ObjectMapper();
    ObjectNode config =
        json.createObjectNode()
            .put("model_type", "llama")
            .put("hidden_act", "silu")
            .put("hidden_size", hidden)
            .put("intermediate_size", neurons)
            .put("num_hidden_layers", layers)
            .put("num_attention_heads", heads)
            .put("num_key_value_heads", keyValueHeads)
            .put("max_position_embeddings", CONTEXT)
            .put("vocab_size", vocabulary)
            .put("tie_word_embeddings", false)
            .put("torch_dtype", "float32")
            .put("bos_token_id", 0);
    config.putArray("architectures").add("LlamaForCausalLM");
    config.putNull("eos_token_id");
    json.writeValue(directory.resolve("config.json").toFile(), config);
    weights(directory.resolve("model.safetensors"), json);
  }

  private Map<String, int[]> shapes() {
    int keyValue = keyValueHeads * (hidden / heads);
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {vocabulary, hidden});
    shapes.put("lm_head.weight", new int[] {vocabulary, hidden});
    shapes.put("model.norm.weight", new int[] {hidden});
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      shapes.put(prefix + "input_layernorm.weight", new int[] {hidden});
      shapes.put(prefix + "post_attention_layernorm.weight", new int[] {hidden});
      shapes.put(prefix + "self_attn.q_proj.weight", new int[] {hidden, hidden});
      shapes.put(prefix + "self_attn.k_proj.weight", new int[] {keyValue, hidden});
      shapes.put(prefix + "self_attn.v_proj.weight", new int[] {keyValue, hidden});
      shapes.put(prefix + "self_attn.o_proj.weight", new int[] {hidden, hidden});
      shapes.put(prefix + "mlp.gate_proj.weight", new int[] {neurons, hidden});
      shapes.put(prefix + "mlp.up_proj.weight", new int[] {neurons, hidden});
      shapes.put(prefix + "mlp.down_proj.weight", new int[] {hidden, neurons});
    }
    return shapes;
  }

  private void weights(Path file, ObjectMapper json) throws IOException {
    ObjectNode header = json.createObjectNode();
    header.putObject("__metadata__").put("format", "pt"); // transformers asks for it
    long offset = 0;
    for (Map.Entry<String, int[]> tensor : shapes().entrySet()) {
      long end = offset + Float.BYTES * size(tensor.getValue());
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      for (int dimension : tensor.getValue()) {
        entry.withArray("shape").add(dimension);
      }
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = json.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(text.length).array());
      out.write(text);
      SplittableRandom random = new SplittableRandom(1);
      for (int[] shape : shapes().values()) {
        double deviation = 1 / Math.sqrt(shape[shape.length - 1]);
        tensor(out, random, size(shape), shape.length == 1 ? 0 : deviation);
      }
    }
  }

  /** Uniform weights of this deviation, which cost less to draw than Gaussian ones; or ones. */
  private static void tensor(OutputStream out, SplittableRandom random, long size, double deviation)
      throws IOException {
    float scale = (float) (deviation * Math.sqrt(12) / (1 << 16));
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < size; ) {
      long bits = random.nextLong();
      for (int part = 0; part < 4 && i < size; part++, i++) {
        block.putFloat(deviation == 0 ? 1 : (short) (bits >> (16 * part)) * scale);
        if (!block.hasRemaining()) {
          out.write(block.array());
          block.clear();
        }
      }
    }
    out.write(block.array(), 0, block.position());
  }

  private static long size(int[] shape) {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    return size;
  }
}
