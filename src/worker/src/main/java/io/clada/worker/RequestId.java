package io.clada.worker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** The key of a request: UTF-8 text of 1 to 256 characters. */
final class RequestId {
  private static final int MAX_CHARACTERS = 256;

  private RequestId() {}

  /**
   * @throws SerializationException saying what is wrong with the key
   */
  static String parse(byte @Nullable [] key) {
    if (key == null) {
      throw new SerializationException("key: missing; it must be the request id");
    }
    String id;
    try {
      id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new SerializationException("key: not UTF-8; it must be the request id", e);
    }
    int characters = id.codePointCount(0, id.length());
    if (characters == 0) {
      throw new SerializationException("key: empty; it must be the request id");
    }
    if (characters > MAX_CHARACTERS) {
      throw new SerializationException(
          "key: " + characters + " characters; a request id has at most " + MAX_CHARACTERS);
    }
    return id;
  }
}
