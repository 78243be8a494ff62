package io.clada.engine.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a run in one directory: {@code tokens.csv}, written as tokens come, then {@code
 * summary.json} and {@code report.html}. What is there already is replaced.
 */
public final class EvalFiles implements AutoCloseable {
  private final Path directory;
  private final TokenCsv tokens;

  /** Makes the directory, unless it is there, and opens the file of tokens. */
  public EvalFiles(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    tokens = new TokenCsv(directory.resolve("tokens.csv"));
  }

  /** Appends a token. */
  public void token(TokenTrace token) throws IOException {
    tokens.write(token);
  }

  /**
   * Writes the results.
   *
   * @return the report
   */
  public Path finish(EvalRun run) throws IOException {
    SummaryJson.write(run, directory.resolve("summary.json"));
    Path report = directory.resolve("report.html");
    HtmlReport.write(run, report);
    return report;
  }

  @Override
  public void close() throws IOException {
    tokens.close();
  }
}
