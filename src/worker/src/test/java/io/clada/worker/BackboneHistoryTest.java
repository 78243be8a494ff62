package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.Backbone;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of a model's backbone, and what is refused. */
class BackboneHistoryTest {
  private final BackboneHistory history = new BackboneHistory(List.of(2, 3));

  @Test
  void isNoneUntilEveryLayerIsKnown() {
    history.add(layer(0, 1, 2).build());
    assertThat(history.newest()).isEqualTo(Backbones.Pinned.NONE);

    history.add(layer(1, 4, 3).build());
    assertThat(history.newest().layers()).containsExactly(1L, 4L);
    assertThat(history.newest().backbone().version()).isEqualTo(5);
    assertThat(history.newest().backbone().layers().get(1)).containsExactly(1 / 3f, 1 / 3f, 1 / 3f);
  }

  @Test
  void holdsTheLastVersionsOnly() {
    history.add(layer(1, 1, 3).build());
    for (long version = 1; version <= 100; version++) {
      history.add(layer(0, version, 2).build());
    }

    for (long version = 1; version <= 100; version++) {
      boolean held = history.find(List.of(version, 1L)) != null;
      assertThat(held).as("version %d", version).isEqualTo(version > 92);
    }
  }

  @Test
  void goesByTheOrderOfPublishingWhereVersionsBeginAgain() {
    history.add(layer(1, 1, 3).build());
    history.add(layer(0, 7, 2).build());
    history.add(layer(0, 1, 2).build());

    assertThat(history.newest().layers()).containsExactly(1L, 1L);
  }

  @Test
  void refusesWhatIsNoLayerOfTheModel() {
    history.add(layer(0, 1, 2).build());
    history.add(layer(1, 1, 3).build());

    refused(layer(2, 2, 2), "layer: 2; the model has layers 0 to 1");
    refused(layer(-1, 2, 2), "layer: -1");
    refused(layer(0, 2, 3), "levels: 3 neurons; the model's layer has 2");
    refused(layer(0, 0, 2), "version: 0");
    refused(layer(0, 2, 2).setScale(Float.NaN), "scale: NaN");
    refused(layer(0, 2, 2).setScale(-1), "scale: -1");
    refused(layer(0, 2, 2).setLevels(ByteBuffer.allocate(2)), "levels that are all 0");
    assertThat(history.newest().layers()).containsExactly(1L, 1L);
  }

  private void refused(Backbone.Builder layer, String why) {
    assertThatThrownBy(() -> history.add(layer.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static Backbone.Builder layer(int number, long version, int neurons) {
    byte[] levels = new byte[neurons];
    java.util.Arrays.fill(levels, (byte) 200);
    return Backbone.newBuilder()
        .setModel("m")
        .setLayer(number)
        .setVersion(version)
        .setScale(0.5f)
        .setLevels(ByteBuffer.wrap(levels));
  }
}
