package io.clada.engine.decoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The few things this engine needs of DJL's PyTorch: a manager of tensors, a loaded script, and
 * calls of its methods with values that are made once. Calls go to DJL's JNI layer, past its {@code
 * NDList}, which would convert every weight at every step.
 */
final class Torch implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock script;

  Torch(byte[] archive) {
    // DJL reports its use to a cloud's metadata service and fetches what it lacks, unless it is
    // told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    try {
      script = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many cores one operation may use. For the whole process: libtorch has one setting. */
  void threads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  NDManager manager() {
    return manager;
  }

  /**
   * Calls a method of the script. The arguments stay the caller's, the result is the caller's to
   * close.
   */
  IValue call(String method, IValue... arguments) {
    // Per thread: the profiling executor would specialise the script anew for every shape it meets.
    JniUtils.setGraphExecutorOptimize(false);
    return IValueUtils.runMethod(script, method, arguments);
  }

  static IValue value(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  NDArray tensor(IValue value) {
    return value.toTensor(manager);
  }

  NDArray[] tensors(IValue value) {
    return value.toTensorArray(manager);
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
