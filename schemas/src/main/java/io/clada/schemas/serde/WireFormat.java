package io.clada.schemas.serde;

/** Confluent's framing of a message. */
final class WireFormat {
  static final byte MAGIC = 0;

  /** The magic byte and the schema's id. */
  static final int HEADER_BYTES = 5;

  private WireFormat() {}
}
