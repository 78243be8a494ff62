package io.clada.engine.decoder;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.clada.engine.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The few things this engine needs of DJL's PyTorch: tensors, a loaded script, and calls of its
 * methods with values that are made once. Calls go to DJL's JNI layer, past its {@code NDList},
 * which would convert every weight at every step.
 */
final class Torch implements AutoCloseable {
  static final int FLOAT32 = 6;

  private final PtNDManager manager;
  private final PtSymbolBlock script;
  private final IValue like;
  private final Set<String> called = ConcurrentHashMap.newKeySet();

  private Torch(PtNDManager manager, PtSymbolBlock script) {
    this.manager = manager;
    this.script = script;
    like = value(manager.create(new Shape(1), DataType.FLOAT32));
  }

  /**
   * Loads the decoder's script.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda:N}
   * @throws ModelLoadException if there is no such device
   */
  static Torch open(String device) {
    // DJL reports its use to a cloud's metadata service and fetches what it lacks, unless it is
    // told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    PtNDManager manager =
        (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.of(device));
    try {
      return new Torch(manager, script(manager));
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static PtSymbolBlock script(PtNDManager manager) {
    try {
      return script(manager, DecoderArchive.bytes());
    } catch (EngineException e) {
      return script(manager, DecoderArchive.withoutOneDnn());
    }
  }

  private static PtSymbolBlock script(PtNDManager manager, byte[] archive) {
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean onCpu() {
    return !manager.getDevice().isGpu();
  }

  /** How many cores one operation may use. For the whole process: libtorch has one setting. */
  void threads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /**
   * Calls a method of the script. The arguments stay the caller's, the result is the caller's to
   * close.
   */
  IValue call(String method, IValue... arguments) {
    // Per thread. With it, the first call of a method puts the functions that it calls in their
    // place, for good; calls would take a sixth of the time of a small model's layer. But with it,
    // the profiling executor would also specialise the script anew for every shape it meets.
    JniUtils.setGraphExecutorOptimize(called.add(method));
    return IValueUtils.runMethod(script, method, arguments);
  }

  /** Calls a method for its effect. */
  void run(Arguments arguments, String method) {
    try (arguments) {
      call(method, arguments.values()).close();
    }
  }

  /** Zeros, of PyTorch's scalar type with this number. */
  NDArray zeros(int scalarType, long... sizes) {
    try (Arguments arguments =
            new Arguments().share(like).add(IValue.listFrom(sizes)).add(IValue.from(scalarType));
        IValue result = call("allocate", arguments.values())) {
      return tensor(result);
    }
  }

  NDArray floats(float[] values, long... sizes) {
    return manager.create(FloatBuffer.wrap(values), new Shape(sizes), DataType.FLOAT32);
  }

  NDArray longs(int[] values) {
    LongBuffer longs = LongBuffer.wrap(Arrays.stream(values).asLongStream().toArray());
    return manager.create(longs, new Shape(values.length), DataType.INT64);
  }

  /** A tensor of what the buffer holds, which must not change while the tensor is used. */
  NDArray wrap(ByteBuffer bytes, DataType type, long... sizes) {
    return manager.create(bytes, new Shape(sizes), type);
  }

  /** Tensors that were made here and not closed. */
  int tensors() {
    return manager.getManagedArrays().size();
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

  @Override
  public void close() {
    like.close();
    script.close();
    manager.close();
  }
}
