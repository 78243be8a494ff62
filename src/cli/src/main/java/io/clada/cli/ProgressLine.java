package io.clada.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a person how far something is, in a line that is gone once it is closed. Where nobody
 * watches standard output, it shows nothing at all.
 */
final class ProgressLine implements AutoCloseable {
  /** Given, so that the terminal need not be opened to ask for its width. */
  private static final int WIDTH = 79;

  private static final int UPDATE_MILLIS = 200;

  private final Console console;
  private final @Nullable ProgressBar bar;

  private ProgressLine(Console console, @Nullable ProgressBar bar) {
    this.console = console;
    this.bar = bar;
  }

  static ProgressLine of(Console console, String task) {
    return new ProgressLine(
        console,
        !console.terminal()
            ? null
            : new ProgressBarBuilder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(
                    new DelegatingProgressBarConsumer(
                        line -> overwrite(console, line.stripTrailing()), WIDTH))
                .build());
  }

  /** So much is done of so much. */
  void at(long done, long all) {
    if (bar != null) {
      bar.maxHint(all).stepTo(done);
    }
  }

  private static void overwrite(Console console, String line) {
    console.out().print("\r" + line);
    console.out().flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      overwrite(console, " ".repeat(WIDTH) + "\r");
    }
  }
}
