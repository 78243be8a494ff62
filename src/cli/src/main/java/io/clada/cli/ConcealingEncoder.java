package io.clada.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;

/** Another encoder's lines without {@linkplain Logging#conceal what must not be seen}. */
final class ConcealingEncoder extends EncoderBase<ILoggingEvent> {
  private final Encoder<ILoggingEvent> lines;

  ConcealingEncoder(Encoder<ILoggingEvent> lines) {
    this.lines = lines;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return Logging.concealed(new String(lines.encode(event), UTF_8)).getBytes(UTF_8);
  }

  @Override
  public byte[] headerBytes() {
    return lines.headerBytes();
  }

  @Override
  public byte[] footerBytes() {
    return lines.footerBytes();
  }
}
