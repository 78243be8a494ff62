package io.clada.engine.decoder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The TorchScript archive of the decoder, put together from its source: a zip of stored entries
 * with the code, and an instance of its class that has no state. The pickled bytes are the two
 * constants below; nothing is ever unpickled from a model directory.
 */
public final class DecoderArchive {
  private static final String ROOT = "decoder/";

  /**
   * {@code __torch__.Decoder()} with the state {@code {"training": False}}, in pickle's protocol 2.
   */
  private static final String INSTANCE =
      "\u0080\u0002c__torch__\nDecoder\nq\0)\u0081}(X\u0008\0\0\0trainingq\u0001\u0089ub.";

  /** An empty tuple: the code has no tensor constants. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  /** Builds of libtorch for some processors come without it; matmul stands in for it there. */
  private static final Pattern ONE_DNN =
      Pattern.compile("ops\\.mkldnn\\._linear_pointwise\\(.*\\)");

  private DecoderArchive() {}

  /**
   * The archive's bytes: what libtorch's {@code torch::jit::load} takes, in Java and in Python
   * alike.
   */
  public static byte[] bytes() {
    return bytes(source());
  }

  /** The same for a libtorch without oneDNN. */
  static byte[] withoutOneDnn() {
    return bytes(ONE_DNN.matcher(source()).replaceAll("torch.mm(x, w)"));
  }

  private static byte[] bytes(String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "version", "10\n".getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "data.pkl", INSTANCE.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String source() {
    try (InputStream in = DecoderArchive.class.getResourceAsStream("decoder.py")) {
      if (in == null) {
        throw new IllegalStateException("decoder.py is missing from the engine's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stored, not deflated: libtorch maps entries without a decompressor. */
  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
