package io.clada.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What this process has of memory.
 *
 * @param heap that is in use, after a collection
 * @param anonymous all that it has to itself, native memory included. Linux only
 */
record Memory(long heap, long anonymous) {
  static Memory now() throws IOException {
    System.gc();
    return new Memory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        LoadedMemory.status("RssAnon"));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "heap %.0f MB, process %.0f MB", heap / 1e6, anonymous / 1e6);
  }
}
