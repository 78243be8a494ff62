package io.clada.engine.text;

import java.nio.file.Path;

/** The kinds of tokenizers that LLaMA models have, each with encodings.json made in Python. */
enum TestTokenizers {
  /** The demo model's: byte-level, 2048 tokens. */
  DEMO("tokenizers/demo-llama"),
  /** Byte-level as GPT-2's. */
  BYTE_LEVEL("golden/tiny-llama"),
  /** Byte-level as Llama 3's, with a split of its own. */
  BYTE_LEVEL_LLAMA3("golden/tiny-llama3"),
  /** Characters, and bytes for what is not in the vocabulary, as Llama 2's. */
  BYTE_FALLBACK("golden/tiny-llama-f16");

  private final Path directory;

  TestTokenizers(String directory) {
    this.directory = Path.of("src/test/resources").resolve(directory);
  }

  Path directory() {
    return directory;
  }
}
