package io.slipway.builder;

import io.slipway.identity.client.egress.EgressPolicy;
import java.nio.file.Path;
import java.util.List;

/**
 * Settings of the built-in engine.
 *
 * @param folder folder of images, caches and scratch files; this process's alone
 * @param launchers OCI runtimes to try, in this order
 * @param allowed what steps and builds may ask for
 * @param storeLimitBytes most bytes of the image store after a run
 * @param cacheLimitBytes most bytes of the folders of {@code RUN --mount=type=cache} after a run
 * @param run what a run may take of the machine
 */
public record BuiltinOptions(
    Path folder,
    List<String> launchers,
    Allowed allowed,
    long storeLimitBytes,
    long cacheLimitBytes,
    RunLimits run) {
  /** All launchers, the cheapest first. */
  public static final List<String> LAUNCHERS = List.of("crun", "runc");

  private static final long STORE_LIMIT = 20L << 30;
  private static final long CACHE_LIMIT = 10L << 30;

  /**
   * What a run may take of the machine, all of its containers together.
   *
   * @param memoryBytes most memory, 0 for no limit
   * @param cpus most processors, 0 for no limit
   * @param processes most processes at the same time, 0 for no limit
   * @param diskBytes most bytes of all that it writes, 0 for no limit
   * @param reserveBytes bytes of the file system that stay free: the run that has written most is
   *     ended when there are fewer; 0 for none
   */
  public record RunLimits(
      long memoryBytes, double cpus, int processes, long diskBytes, long reserveBytes) {
    public static final RunLimits NONE = new RunLimits(0, 0, 0, 0, 0);

    /** 20 GiB of the disk, of which 1 GiB stays free, and 4096 processes. */
    public static final RunLimits USUAL = new RunLimits(0, 0, 4096, 20L << 30, 1L << 30);
  }

  /**
   * What steps and builds may ask for.
   *
   * @param privileged whether steps may ask for all rights
   * @param hostNetwork whether steps and builds may ask for the machine's own network
   * @param egress where ADD, RUN and steps may connect to
   * @param rawSockets whether root in a container may open raw sockets
   * @param closedPorts ports of the machine that no step may publish
   */
  public record Allowed(
      boolean privileged,
      boolean hostNetwork,
      EgressPolicy egress,
      boolean rawSockets,
      PortRange closedPorts) {
    /** Nothing of it, but all ports. */
    public static final Allowed NOTHING =
        new Allowed(false, false, RegistryOptions.INTERNET, false, PortRange.NONE);
  }

  /**
   * Ports of a machine.
   *
   * @param first the lowest
   * @param last the highest; below the first for none
   */
  public record PortRange(int first, int last) {
    public static final PortRange NONE = new PortRange(1, 0);

    /**
     * Reads one.
     *
     * @param text as {@code 8443-8534}
     * @throws IllegalArgumentException if it is not a range of ports
     */
    public static PortRange parse(String text) {
      String[] ends = text.strip().split("-", -1);
      if (ends.length == 2 && ends[0].matches("\\d{1,5}") && ends[1].matches("\\d{1,5}")) {
        PortRange range = new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        if (range.first >= 1 && range.first <= range.last && range.last <= 65_535) {
          return range;
        }
      }
      throw new IllegalArgumentException(
          "'" + text + "' is not a range of ports, for example 8443-8534");
    }

    public boolean has(int port) {
      return port >= first && port <= last;
    }
  }

  /** All launchers, nothing else allowed, 20 GiB for images, the usual limits of a run. */
  public static BuiltinOptions in(Path folder) {
    return new BuiltinOptions(
        folder, LAUNCHERS, Allowed.NOTHING, STORE_LIMIT, CACHE_LIMIT, RunLimits.USUAL);
  }

  /** The same with other launchers to try. */
  public BuiltinOptions withLaunchers(List<String> names) {
    return new BuiltinOptions(folder, names, allowed, storeLimitBytes, cacheLimitBytes, run);
  }

  /** The same with other rights. */
  public BuiltinOptions allowing(Allowed others) {
    return new BuiltinOptions(folder, launchers, others, storeLimitBytes, cacheLimitBytes, run);
  }

  /** The same with other limits. */
  public BuiltinOptions limited(long storeBytes, long cacheBytes, RunLimits others) {
    return new BuiltinOptions(folder, launchers, allowed, storeBytes, cacheBytes, others);
  }
}
