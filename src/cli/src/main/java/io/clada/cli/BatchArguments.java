package io.clada.cli;

import io.clada.engine.EngineOptions;
import picocli.CommandLine.Option;

/** How much an engine runs at once, the same for every command that starts one. */
final class BatchArguments {
  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "32",
      description = "Most requests that are answered at once. Default: ${DEFAULT-VALUE}.")
  private int slots = 32;

  @Option(
      names = "--kv-cache",
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "Memory for key-value caches, such as 4g or 512m. Default: what the slots can fill, up to"
              + " a quarter of the computer's.")
  private long kvCacheBytes;

  /** To be called before a model is loaded, so that a mistake is said at once. */
  EngineOptions options() {
    try {
      return new EngineOptions(slots, kvCacheBytes);
    } catch (IllegalArgumentException e) {
      throw new CliException("--" + e.getMessage(), e);
    }
  }
}
