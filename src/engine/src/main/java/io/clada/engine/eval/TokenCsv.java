package io.clada.engine.eval;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes tokens to a CSV file (RFC 4180, UTF-8) as they come. What was written when the process
 * dies is on disk but for the last few.
 */
final class TokenCsv implements AutoCloseable {
  private static final String HEADER =
      "mode,example,index,token_id,text,surprisal_bits,entropy_bits,surprisal_threshold_bits,"
          + "entropy_threshold_bits,load,active_neuron_ratio,weights_read_ratio,latency_ms,"
          + "reanalyses\r\n";

  private final BufferedWriter out;

  TokenCsv(Path file) throws IOException {
    out = Files.newBufferedWriter(file);
    out.write(HEADER);
  }

  void write(TokenTrace token) throws IOException {
    out.write(
        String.format(
            Locale.ROOT,
            "%s,%d,%d,%d,%s,%.4f,%.4f,%.4f,%.4f,%s,%.4f,%.4f,%.3f,%d\r\n",
            token.mode(),
            token.example(),
            token.index(),
            token.tokenId(),
            quoted(token.text()),
            token.surprisal(),
            token.entropy(),
            token.surprisalThreshold(),
            token.entropyThreshold(),
            token.load().name().toLowerCase(Locale.ROOT),
            token.activeNeuronRatio(),
            token.weightsReadRatio(),
            token.latencyMs(),
            token.reanalyses()));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
