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
import java.util.Random;

/**
 * A LLaMA directory of random weights, for timing at sizes that no shipped model has. What it says
 * is noise; what it costs is real.
 *
 * @param hidden hidden size, a multiple of 64
 * @param neurons of an FFN
 * @param layers how many
 */
record RandomModel(int hidden, int neurons, int layers) {
  private static final int HEAD = 64;
  private static final int VOCABULARY = 2048;
  private static final int CONTEXT = 512;

  /** Writes the model, with the tokenizer of another. */
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
            .put("num_attention_heads", hidden / HEAD)
            .put("num_key_value_heads", Math.max(1, hidden / HEAD / 4))
            .put("max_position_embeddings", CONTEXT)
            .put("vocab_size", VOCABULARY)
            .put("tie_word_embeddings", true)
            .put("bos_token_id", 0);
    config.putNull("eos_token_id");
    json.writeValue(directory.resolve("config.json").toFile(), config);
    weights(directory.resolve("model.safetensors"), json);
  }

  private Map<String, int[]> shapes() {
    int keyValue = Math.max(1, hidden / HEAD / 4) * HEAD;
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, hidden});
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
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .array());
      out.write(text);
      Random random = new Random(1);
      for (int[] shape : shapes().values()) {
        tensor(
            out,
            random,
            size(shape),
            shape.length == 1 ? 1 : 0,
            1 / Math.sqrt(shape[shape.length - 1]));
      }
    }
  }

  private static void tensor(
      OutputStream out, Random random, long size, double mean, double deviation)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < size; i++) {
      // Uniform with the wanted deviation: a Gaussian takes ten times as long to draw.
      double weight = mean == 1 ? 1 : (random.nextFloat() - 0.5) * Math.sqrt(12) * deviation;
      block.putFloat((float) weight);
      if (!block.hasRemaining() || i == size - 1) {
        out.write(block.array(), 0, block.position());
        block.clear();
      }
    }
  }

  private static long size(int[] shape) {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    return size;
  }
}
