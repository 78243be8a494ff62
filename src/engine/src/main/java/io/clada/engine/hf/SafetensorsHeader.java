package io.clada.engine.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.engine.ModelLoadException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors header, checked as the format's own reader checks it: tensors follow each other
 * without gaps up to the end of the file, and each has the bytes of its shape.
 */
final class SafetensorsHeader {
  /**
   * @param position first byte, from the start of the file
   */
  record Entry(Tensor tensor, long position) {}

  private record Declared(Tensor tensor, long begin, long end) {}

  private SafetensorsHeader() {}

  /**
   * @param dataStart bytes before the first tensor
   * @param fileSize bytes of the whole file
   */
  static Map<String, Entry> entries(JsonFile json, long dataStart, long fileSize) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    long end = 0;
    for (Declared declared : declared(json)) {
      Tensor tensor = declared.tensor();
      if (declared.begin() != end || declared.end() < end) {
        throw json.error(
            "%s lies at bytes %d to %d of the data instead of from %d on: the file is damaged"
                .formatted(tensor.name(), declared.begin(), declared.end(), end));
      }
      end = declared.end();
      entries.put(tensor.name(), new Entry(tensor, dataStart + declared.begin()));
    }
    if (end > fileSize - dataStart) {
      long needs = end > Long.MAX_VALUE - dataStart ? Long.MAX_VALUE : dataStart + end;
      throw truncated(json.label(), fileSize, needs);
    }
    if (end < fileSize - dataStart) {
      throw json.error(fileSize - dataStart - end + " bytes too long: the file is damaged");
    }
    return entries;
  }

  static ModelLoadException truncated(String label, long has, long needs) {
    return Refusal.of(
        label, "truncated: it has %d of at least %d bytes; copy it again".formatted(has, needs));
  }

  private static List<Declared> declared(JsonFile json) {
    List<Declared> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : json.node().properties()) {
      if (!field.getKey().equals("__metadata__")) {
        tensors.add(declared(json, field.getKey(), field.getValue()));
      }
    }
    tensors.sort(Comparator.comparingLong(Declared::begin).thenComparingLong(Declared::end));
    return tensors;
  }

  private static Declared declared(JsonFile json, String name, JsonNode value) {
    String dtypeName = value.path("dtype").asText();
    Dtype dtype = Dtype.of(dtypeName);
    if (dtype == null) {
      throw json.error(
          "%s has dtype '%s', which is not known; save the model in float32, float16 or bfloat16"
              .formatted(name, dtypeName));
    }
    Tensor tensor = new Tensor(name, dtype, longs(json, name, value.path("shape")));
    List<Long> offsets = longs(json, name, value.path("data_offsets"));
    if (offsets.size() != 2) {
      throw json.error(name + " has no data_offsets of begin and end");
    }
    long bytes = offsets.get(1) - offsets.get(0);
    if (bytes != byteSize(json, tensor)) {
      throw json.error(
          "%s has %d bytes, but %s of %s takes %d"
              .formatted(name, bytes, tensor.shape(), dtype, tensor.byteSize()));
    }
    return new Declared(tensor, offsets.get(0), offsets.get(1));
  }

  private static long byteSize(JsonFile json, Tensor tensor) {
    try {
      return tensor.byteSize();
    } catch (ArithmeticException e) {
      throw Refusal.of(
          json.label(),
          "%s has the impossible shape %s".formatted(tensor.name(), tensor.shape()),
          e);
    }
  }

  private static List<Long> longs(JsonFile json, String name, JsonNode array) {
    List<Long> values = new ArrayList<>();
    if (!array.isArray()) {
      throw json.error(name + " has no shape or no data_offsets");
    }
    for (JsonNode value : array) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
        throw json.error(name + " has a shape or data_offsets with " + value);
      }
      values.add(value.asLong());
    }
    return values;
  }
}
