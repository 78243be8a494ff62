package io.clada.engine.decoder;

import ai.djl.ndarray.NDArray;
import io.clada.engine.ModelLoadException;
import io.clada.engine.hf.ModelFamily;
import io.clada.engine.hf.Part;
import io.clada.engine.hf.Safetensors;
import io.clada.engine.hf.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What neurons have of the gate and up matrices, from the model's files, where that is one row (or
 * two), as it is not in the decoder's own: there a row is what an input has, and a neuron one
 * element of each. Confined to the thread that runs the model.
 *
 * <p>Files that somebody writes to, or takes away, are not read again.
 */
final class NeuronRows implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NeuronRows.class);

  private final Safetensors files;
  private final Blocks blocks;
  private final List<List<Part>> layers;
  private final int most;
  private boolean usable = true;

  private NeuronRows(Torch torch, Safetensors files, List<List<Part>> layers) {
    this.files = files;
    this.layers = layers;
    blocks = new Blocks(torch, files);
    List<Part> first = layers.get(0);
    long bytes = tensor(first.get(0)).rowBytes() * first.size();
    most = Math.toIntExact(Math.max(1, Blocks.BYTES / bytes));
  }

  /**
   * Null where the files have no such rows.
   *
   * @param files that the model was loaded from; they stay the caller's
   */
  static @Nullable NeuronRows of(Torch torch, ModelFamily family, Safetensors files) {
    List<List<Part>> layers = new ArrayList<>();
    for (int layer = 0; layer < family.config().layers(); layer++) {
      List<Part> up = family.layer(layer).up();
      Tensor first = files.tensor(up.get(0).tensor());
      for (Part part : up) {
        if (part.orientation() != Part.Orientation.OUT_IN
            || part.size() != family.config().intermediateSize()
            || part.outputs().size() != 1
            || files.tensor(part.tensor()).dtype() != first.dtype()) {
          return null;
        }
      }
      layers.add(up);
    }
    Safetensors again = files.reopened();
    if (!files.isUnchanged()) {
      again.close();
      return null;
    }
    return new NeuronRows(torch, again, layers);
  }

  /** Neurons that are read at once. */
  int most() {
    return most;
  }

  /**
   * Reads what neurons have of a layer's gate, then what they have of its up matrix: {@code [2 n,
   * hidden]}, without a gate {@code [n, hidden]}, in the file's type or a wider one. Null where the
   * files can't be read any more.
   *
   * @param neurons at most {@link #most}
   * @return valid until the next call; the caller's to close
   */
  @Nullable NDArray read(int layer, int[] neurons) {
    if (usable && !files.isUnchanged()) {
      giveUp("they have been written to");
    }
    if (!usable) {
      return null;
    }
    List<Blocks.Row> rows = new ArrayList<>();
    for (Part part : layers.get(layer)) {
      Tensor tensor = tensor(part);
      for (int neuron : neurons) {
        rows.add(new Blocks.Row(tensor, part.outputs().get(0).from() + neuron));
      }
    }
    try {
      return blocks.rows(rows.toArray(Blocks.Row[]::new));
    } catch (ModelLoadException e) {
      giveUp(e.getMessage());
      return null;
    }
  }

  private void giveUp(@Nullable String why) {
    usable = false;
    log.warn("Sets of neurons are exchanged more slowly without the model's files: {}", why);
  }

  private Tensor tensor(Part part) {
    return files.tensor(part.tensor());
  }

  @Override
  public void close() {
    files.close();
  }
}
