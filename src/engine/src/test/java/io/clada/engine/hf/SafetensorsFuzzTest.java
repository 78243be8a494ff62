package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the bytes, a file opens or is refused in one line; and of one that opens, every tensor
 * can be read to its last byte.
 */
class SafetensorsFuzzTest {
  private static final byte[] VALID =
      RawSafetensors.bytes(
          """
          {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
          "b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}}""",
          new byte[22]);

  private Path file;

  @BeforeTry
  void file() throws IOException {
    file = Files.createTempFile("fuzz", ".safetensors");
  }

  @AfterTry
  void delete() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 500)
  void anyBytes(@ForAll byte[] bytes) throws IOException {
    opensOrIsRefused(bytes);
  }

  @Property(tries = 500)
  void anyHeader(@ForAll byte[] header, @ForAll byte[] data) throws IOException {
    opensOrIsRefused(
        ByteBuffer.allocate(8 + header.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .put(data)
            .array());
  }

  @Property(tries = 500)
  void aValidFileWithBytesChanged(@ForAll("changes") List<Change> changes) throws IOException {
    byte[] bytes = VALID.clone();
    changes.forEach(change -> bytes[change.at()] = change.to());
    opensOrIsRefused(bytes);
  }

  @Property(tries = 500)
  void anyNumbersInAHeader(
      @ForAll("numbers") String rows,
      @ForAll("numbers") String columns,
      @ForAll("numbers") String begin,
      @ForAll("numbers") String end)
      throws IOException {
    String tensor = "\"%s\":{\"dtype\":\"F16\",\"shape\":[%s,%s],\"data_offsets\":[%s,%s]}";
    String header =
        "{%s,%s}"
            .formatted(
                tensor.formatted("a", rows, columns, begin, end),
                tensor.formatted("b", columns, rows, end, begin));
    opensOrIsRefused(RawSafetensors.bytes(header, new byte[16]));
  }

  @Property(tries = 500)
  void sizesThatAreOffByALittle(
      @ForAll @IntRange(max = 3) int rows,
      @ForAll @IntRange(min = -2, max = 2) int apart,
      @ForAll @IntRange(min = -2, max = 2) int wide,
      @ForAll @IntRange(min = -8, max = 8) int longer)
      throws IOException {
    int begin = 8 + apart;
    int end = begin + 4 * rows + wide;
    String header =
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}}"
                .formatted(rows, begin, end);
    opensOrIsRefused(RawSafetensors.bytes(header, new byte[Math.max(0, end + longer)]));
  }

  record Change(int at, byte to) {}

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(Arbitraries.integers().between(0, VALID.length - 1), digits())
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** Half of them what headers are made of, so that many stay JSON. */
  private static Arbitrary<Byte> digits() {
    Arbitrary<Byte> telling =
        Arbitraries.of("0123456789-,:[]{}\"ab".chars().mapToObj(c -> (byte) c).toList());
    return Arbitraries.oneOf(telling, Arbitraries.bytes());
  }

  @Provide
  Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 16).map(String::valueOf),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.bigIntegers().map(String::valueOf),
        Arbitraries.of("1e3", "0.5", "null", "\"4\"", "[]", "9223372036854775807"));
  }

  private void opensOrIsRefused(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try (Safetensors weights = open()) {
      if (weights != null) {
        weights.names().forEach(name -> readsToTheEnd(weights, name));
      }
    }
  }

  private @Nullable Safetensors open() {
    try {
      return Safetensors.openFile(file);
    } catch (ModelLoadException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
      return null;
    }
  }

  private static void readsToTheEnd(Safetensors weights, String name) {
    ByteBuffer data = weights.bytes(name);
    assertThat((long) data.remaining()).isEqualTo(weights.tensor(name).byteSize());
    while (data.hasRemaining()) {
      data.get();
    }
  }
}
