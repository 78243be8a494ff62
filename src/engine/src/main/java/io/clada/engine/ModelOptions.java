package io.clada.engine;

/**
 * How a model is loaded.
 *
 * @param device {@code auto} (the first GPU, else the CPU), {@code cpu} or {@code cuda:N}
 * @param precision {@code auto} (float32 on a CPU, bfloat16 on a GPU), {@code float32}, {@code
 *     float16} or {@code bfloat16}
 * @param lowMemoryMode weights of eight bits, on the CPU; what they are multiplied with stays
 *     float32
 * @param sparseAlways leave out what may be left out even where this computer is no faster for it:
 *     to see what it does to the text
 * @param progress told while weights are loaded
 */
public record ModelOptions(
    String device,
    String precision,
    boolean lowMemoryMode,
    boolean sparseAlways,
    LoadProgress progress) {
  /** Whatever is fast here. */
  public static final ModelOptions DEFAULT =
      new ModelOptions("auto", "auto", false, false, LoadProgress.NONE);
}
