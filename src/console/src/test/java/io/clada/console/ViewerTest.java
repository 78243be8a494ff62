package io.clada.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

final class ViewerTest {
  private final Page page = new Page();
  private final List<String> ends = new ArrayList<>();
  private final Viewer viewer =
      new Viewer(page, Callback.from(() -> ends.add("ended"), failure -> ends.add("gone")));

  /** Takes a frame only when the test says so. */
  private static final class Page implements Content.Sink {
    private final List<String> frames = new ArrayList<>();
    private Callback taking = Callback.NOOP;

    @Override
    public void write(boolean last, ByteBuffer bytes, Callback callback) {
      frames.add(last ? "end" : StandardCharsets.UTF_8.decode(bytes).toString());
      taking = callback;
    }

    void take() {
      taking.succeeded();
    }
  }

  @Test
  void aSlowPageLosesTheOldestFramesAndHoldsNoMoreThanFour() {
    for (int i = 0; i < 1000; i++) {
      viewer.send("frame " + i);
    }
    for (int i = 0; i < 5; i++) {
      page.take();
    }

    assertThat(page.frames)
        .containsExactly("frame 0", "frame 996", "frame 997", "frame 998", "frame 999");
  }

  @Test
  void closingEndsTheStreamBehindWhatIsBeingWritten() {
    viewer.send("first");
    viewer.send("second");

    viewer.close();
    page.take();
    page.take();

    assertThat(page.frames).containsExactly("first", "end");
    assertThat(ends).containsExactly("ended");
    assertThat(viewer.isGone()).isTrue();
  }

  @Test
  void aPageThatIsGoneIsSentNothingMore() {
    viewer.send("first");

    page.taking.failed(new IOException("reset"));
    viewer.send("second");

    assertThat(page.frames).containsExactly("first");
    assertThat(ends).containsExactly("gone");
    assertThat(viewer.isGone()).isTrue();
  }

  @Test
  void onePageTooManyIsNotAdmittedUntilAnotherGoes() {
    try (Viewers viewers =
        new Viewers(
            Map.of("bootstrap.servers", "127.0.0.1:1", "schema.registry.url", "mock://viewers"),
            1)) {
      assertThat(viewers.admit(viewer)).isTrue();
      assertThat(viewers.admit(new Viewer(new Page(), Callback.NOOP))).isFalse();

      page.taking.failed(new IOException("reset"));

      assertThat(viewers.admit(new Viewer(new Page(), Callback.NOOP))).isTrue();
    }
  }
}
