package io.clada.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of one computer do not share a state folder, and find their own again. */
class StateSlotTest {
  @TempDir Path root;

  @Test
  void givesEachAFolderOfItsOwn() {
    try (StateSlot first = StateSlot.claim(root);
        StateSlot second = StateSlot.claim(root)) {
      assertThat(first.folder()).isEqualTo(root.resolve("0"));
      assertThat(second.folder()).isEqualTo(root.resolve("1"));
    }
  }

  @Test
  void givesAFolderThatWasLeftToTheNext() {
    Path before;
    try (StateSlot slot = StateSlot.claim(root)) {
      before = slot.folder();
    }
    try (StateSlot slot = StateSlot.claim(root)) {
      assertThat(slot.folder()).isEqualTo(before);
    }
  }
}
