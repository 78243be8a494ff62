package io.clada.bench;

import ai.djl.ndarray.NDManager;
import io.clada.engine.LoadProgress;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Precision;
import io.clada.engine.hf.ModelDirectory;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Loads one model and prints what that took of memory. Linux only: reads {@code /proc/self/status}.
 *
 * <pre>LoadedMemory MODEL-DIRECTORY PRECISION</pre>
 */
public final class LoadedMemory {
  private LoadedMemory() {}

  /**
   * Of memory.
   *
   * @param before what this process had to itself with libtorch loaded, but no model
   * @param beforeAll the same with the files' pages that it shares
   * @param after what it has to itself with the model
   * @param peak most that it had at any time, files' pages included
   */
  record Bytes(long before, long beforeAll, long after, long peak) {
    static Bytes parse(String line) {
      long[] numbers = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
      return new Bytes(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    @Override
    public String toString() {
      return before + " " + beforeAll + " " + after + " " + peak;
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    NDManager.newBaseManager("PyTorch").close(); // loads libtorch
    long before = status("RssAnon");
    long beforeAll = status("VmRSS");
    try (ModelDirectory model = ModelDirectory.open(Path.of(args[0]));
        Decoder decoder =
            Decoder.load(
                model.family(),
                model.weights(),
                "cpu",
                Precision.valueOf(args[1]),
                new double[] {0.5},
                LoadProgress.NONE)) {
      freeBuffers();
      System.out.println(new Bytes(before, beforeAll, status("RssAnon"), status("VmHWM")));
    }
  }

  /**
   * Buffers that were read into are no part of the model. The JVM's thread that frees them takes
   * what one collection found before what the next one did.
   */
  private static void freeBuffers() throws InterruptedException {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    for (int collection = 0; collection < 2; collection++) {
      PhantomReference<Object> dead = new PhantomReference<>(new Object(), found);
      try {
        System.gc();
        found.remove();
      } finally {
        Reference.reachabilityFence(dead);
      }
    }
  }

  static long status(String field) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    return lines.stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
