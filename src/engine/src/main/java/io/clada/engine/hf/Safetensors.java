package io.clada.engine.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model directory: model.safetensors, or the shards that
 * model.safetensors.index.json lists. Read block by block into a buffer of the caller's and not
 * memory-mapped: what a mapping has touched counts as the process's memory until it is collected,
 * and a file that is cut short under it ends the process.
 *
 * <p>Safe for use by several threads.
 */
public final class Safetensors implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final long MAX_INDEX_BYTES = SafetensorsFile.MAX_HEADER_BYTES;

  private record Located(SafetensorsFile file, SafetensorsHeader.Entry entry) {}

  private final String label;
  private final List<SafetensorsFile> files;
  private final Map<String, Located> tensors = new TreeMap<>();

  private Safetensors(String label, List<Path> paths) {
    this.label = label;
    files = new ArrayList<>();
    try {
      paths.forEach(this::add);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens the weights of a model directory.
   *
   * @throws ModelLoadException if there are none, or they are damaged, or only in a pickled format
   */
  public static Safetensors open(Path directory) {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      return new Safetensors(SINGLE, List.of(single));
    }
    Path index = directory.resolve(INDEX);
    if (!Files.exists(index)) {
      throw noWeights(directory);
    }
    JsonFile json = JsonFile.read(index, MAX_INDEX_BYTES);
    Map<String, String> shards = shardOf(json);
    List<Path> paths = new TreeSet<>(shards.values()).stream().map(directory::resolve).toList();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw json.error(path.getFileName() + " is listed but not there");
      }
    }
    var weights = new Safetensors(INDEX, paths);
    try {
      weights.check(json, shards);
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** Opens one file, whatever its name. */
  public static Safetensors openFile(Path file) {
    return new Safetensors(file.getFileName().toString(), List.of(file));
  }

  /** The same files, opened once more. */
  public Safetensors reopened() {
    return new Safetensors(label, files.stream().map(SafetensorsFile::path).toList());
  }

  /**
   * Whether nobody has written to the files, or put others in their places, since they were opened.
   */
  public boolean isUnchanged() {
    return files.stream().allMatch(SafetensorsFile::isUnchanged);
  }

  /** Every tensor's name, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** A tensor's type and shape. */
  public Tensor tensor(String name) {
    return locate(name).entry().tensor();
  }

  /**
   * A tensor's type, after a check of its shape.
   *
   * @throws ModelLoadException if it has another shape, or is not there
   */
  public Tensor tensor(String name, List<Long> shape) {
    Located located = locate(name);
    Tensor tensor = located.entry().tensor();
    if (!tensor.shape().equals(shape)) {
      throw Refusal.of(
          located.file().label(),
          "%s has shape %s, but config.json asks for %s".formatted(name, tensor.shape(), shape));
    }
    return tensor;
  }

  /** An error about a tensor, naming its file. */
  ModelLoadException refusal(String name, String problem) {
    return Refusal.of(locate(name).file().label(), name + ": " + problem);
  }

  /**
   * A whole small tensor's elements in row-major order, little-endian.
   *
   * @throws ModelLoadException if it is not there, or larger than 2 GiB
   */
  public ByteBuffer bytes(String name) {
    Located located = locate(name);
    Tensor tensor = located.entry().tensor();
    if (tensor.byteSize() > Integer.MAX_VALUE) {
      throw Refusal.of(
          located.file().label(),
          "%s: %d bytes are more than one buffer holds; take its rows in blocks"
              .formatted(name, tensor.byteSize()));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteSize());
    read(name, 0, tensor.rows(), bytes);
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads rows {@code from} (inclusive) to {@code to} (exclusive) of a tensor, in row-major order,
   * little-endian.
   *
   * @param into cleared, filled from its beginning and flipped
   * @throws IndexOutOfBoundsException if the tensor has no such rows
   * @throws java.nio.BufferOverflowException if the buffer has no room for them
   */
  public void read(String name, long from, long to, ByteBuffer into) {
    Located located = locate(name);
    Tensor tensor = located.entry().tensor();
    if (from < 0 || from > to || to > tensor.rows()) {
      throw new IndexOutOfBoundsException(
          "rows %d to %d of %s, which has %d".formatted(from, to, name, tensor.rows()));
    }
    long bytes = (to - from) * tensor.rowBytes();
    if (bytes > into.capacity()) {
      throw new BufferOverflowException();
    }
    into.clear().limit((int) bytes);
    located.file().read(located.entry().position() + from * tensor.rowBytes(), into);
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  private void add(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    file.entries()
        .forEach(
            (name, entry) -> {
              Located other = tensors.put(name, new Located(file, entry));
              if (other != null) {
                throw Refusal.of(
                    file.label(), name + " is in " + other.file().label() + " as well");
              }
            });
  }

  private void check(JsonFile index, Map<String, String> shards) {
    shards.forEach(
        (name, shard) -> {
          Located located = tensors.get(name);
          if (located == null || !located.file().label().equals(shard)) {
            throw index.error(name + " is listed in " + shard + " but not there");
          }
        });
  }

  private Located locate(String name) {
    Located located = tensors.get(name);
    if (located == null) {
      throw Refusal.of(label, "tensor " + name + " is missing");
    }
    return located;
  }

  /** Tensor to file name, where a name that leads out of the directory is refused. */
  private static Map<String, String> shardOf(JsonFile index) {
    JsonFile weightMap = index.object("weight_map");
    if (weightMap == null || weightMap.node().isEmpty()) {
      throw index.error("weight_map is missing or empty");
    }
    Map<String, String> shards = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : weightMap.node().properties()) {
      String shard = field.getValue().asText();
      if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors")) {
        throw index.error("'" + shard + "' is not the plain name of a .safetensors file");
      }
      shards.put(field.getKey(), shard);
    }
    return shards;
  }

  private static ModelLoadException noWeights(Path directory) {
    String pickled = firstPickled(directory);
    return Refusal.of(
        directory,
        pickled == null
            ? "no " + SINGLE + " and no " + INDEX
            : "only pickled weights ("
                + pickled
                + "), which can run code when loaded; convert them where you trust them, with"
                + " transformers' save_pretrained(..., safe_serialization=True)");
  }

  private static @Nullable String firstPickled(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(".*\\.(bin|pt|pth|ckpt|pkl)"))
          .sorted()
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      throw Refusal.of(directory, "cannot be listed: " + e, e);
    }
  }
}
