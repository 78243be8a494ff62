package io.clada.engine.decoder;

import ai.djl.engine.Engine;
import io.clada.engine.ModelLoadException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model runs: {@code cpu}, {@code cuda:N}, or {@code auto}, the first GPU there is. */
final class Device {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

  private Device() {}

  /**
   * @throws ModelLoadException if there is no such device
   */
  static ai.djl.Device of(String name) {
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return ai.djl.Device.cpu();
    }
    Matcher cuda = CUDA.matcher(name);
    int number = cuda.matches() && cuda.group(1) != null ? Integer.parseInt(cuda.group(1)) : 0;
    if (!name.equals("auto") && !cuda.matches()) {
      throw new ModelLoadException("device '" + name + "' is not known; known: auto, cpu, cuda:N");
    }
    if (number >= gpus) {
      throw new ModelLoadException(
          "device %s is not there: this libtorch sees %d GPUs; take cpu, or set PYTORCH_LIBRARY_PATH to the lib folder of a CUDA 12.8 build of libtorch 2.7.1, and PYTORCH_FLAVOR=cu128"
              .formatted(name, gpus));
    }
    return ai.djl.Device.gpu(number);
  }
}
