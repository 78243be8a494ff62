package io.clada.engine.hf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a LLaMA of one layer and nothing but zeros, for tests that break it. */
final class TinyModel {
  static final String CONFIG =
      """
      {"model_type":"llama","hidden_size":8,"intermediate_size":12,"num_hidden_layers":1,
       "num_attention_heads":2,"vocab_size":5,"max_position_embeddings":16,
       "tie_word_embeddings":true}""";

  private TinyModel() {}

  static void write(Path directory) throws IOException {
    Files.writeString(directory.resolve("config.json"), CONFIG);
    Files.writeString(
        directory.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{\"a\":0,\"b\":4}}}");
    weights(directory.resolve("model.safetensors"), "F32", 4);
  }

  /** All weights as one type. */
  static void weights(Path file, String dtype, int bytes) throws IOException {
    ModelFamily family =
        ModelFamilies.of(
            JsonFile.parse("config.json", CONFIG.getBytes(StandardCharsets.UTF_8)),
            GenerationDefaults.none(),
            Set.of());
    var shapes = new TreeMap<String, List<Long>>();
    Stream.concat(family.ends().parts().stream(), family.layer(0).parts().stream())
        .forEach(part -> shapes.put(part.tensor(), part.shape()));
    long[] end = {0};
    String header =
        shapes.entrySet().stream()
            .map(
                tensor -> {
                  long begin = end[0];
                  end[0] += tensor.getValue().stream().reduce((long) bytes, (a, b) -> a * b);
                  return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                      .formatted(tensor.getKey(), dtype, tensor.getValue(), begin, end[0]);
                })
            .collect(Collectors.joining(",", "{", "}"));
    RawSafetensors.write(file, header, new byte[(int) end[0]]);
  }
}
