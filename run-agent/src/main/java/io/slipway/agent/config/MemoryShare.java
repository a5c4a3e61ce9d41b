package io.slipway.agent.config;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much memory a run may have if nobody says so: what the slots have together leaves a quarter
 * of the machine to the platform, so that a step that takes all it gets ends alone.
 */
public final class MemoryShare {
  private static final long LEAST = 1L << 30;

  private MemoryShare() {}

  /** That of a slot of this machine, in bytes; a container's memory is a machine's. */
  public static long ofThisMachine(int slots) {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return of(system.getTotalMemorySize(), slots);
  }

  /**
   * That of a slot: three quarters of the machine by the slots, 1 GiB at the least, since most runs
   * take little at the same time; never more than the three quarters.
   *
   * @param machine its bytes
   */
  static long of(long machine, int slots) {
    long most = machine / 4 * 3;
    return Math.min(most, Math.max(LEAST, most / Math.max(1, slots)));
  }
}
