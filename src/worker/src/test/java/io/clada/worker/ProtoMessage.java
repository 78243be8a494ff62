package io.clada.worker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A protobuf message by its field numbers, as it stands on the wire. */
final class ProtoMessage {
  private final Map<Integer, List<Object>> fields = new HashMap<>();

  private ProtoMessage() {}

  static ProtoMessage parse(byte[] bytes) {
    ProtoMessage message = new ProtoMessage();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> bytes(in);
            case 5 -> (long) in.getInt();
            default -> throw new AssertionError("wire type of tag " + tag);
          };
      message.fields.computeIfAbsent((int) (tag >>> 3), n -> new ArrayList<>()).add(value);
    }
    return message;
  }

  List<ProtoMessage> messages(int field) {
    return all(field).stream().map(value -> parse((byte[]) value)).toList();
  }

  byte[] bytes(int field) {
    return all(field).isEmpty() ? new byte[0] : (byte[]) all(field).get(0);
  }

  String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  long number(int field) {
    return all(field).isEmpty() ? 0 : (Long) all(field).get(0);
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  private List<Object> all(int field) {
    return fields.getOrDefault(field, List.of());
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[(int) varint(in)];
    in.get(bytes);
    return bytes;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new AssertionError("a varint of more than ten bytes");
  }
}
