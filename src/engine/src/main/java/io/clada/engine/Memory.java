package io.clada.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The computer's memory. */
final class Memory {
  private Memory() {}

  /** Bytes; in a container, what it may use. */
  static long total() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
