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
 * @param diskLimitBytes most bytes that one container may write, and that the workspace of a run
 *     may take; 0 for no limit
 * @param processLimit most processes of one container at the same time
 * @param memoryLimitBytes most memory of one container, 0 for no limit
 */
public record BuiltinOptions(
    Path folder,
    List<String> launchers,
    Allowed allowed,
    long storeLimitBytes,
    long diskLimitBytes,
    int processLimit,
    long memoryLimitBytes) {
  /** All launchers, the cheapest first. */
  public static final List<String> LAUNCHERS = List.of("crun", "runc");

  private static final long STORE_LIMIT = 20L << 30;
  private static final long DISK_LIMIT = 20L << 30;
  private static final int PROCESS_LIMIT = 4096;

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

  /** All launchers, nothing else allowed, 20 GiB for images and for what a container writes. */
  public static BuiltinOptions in(Path folder) {
    return new BuiltinOptions(
        folder, LAUNCHERS, Allowed.NOTHING, STORE_LIMIT, DISK_LIMIT, PROCESS_LIMIT, 0);
  }

  /** The same with other launchers to try. */
  public BuiltinOptions withLaunchers(List<String> names) {
    return new BuiltinOptions(
        folder, names, allowed, storeLimitBytes, diskLimitBytes, processLimit, memoryLimitBytes);
  }

  /** The same with other rights. */
  public BuiltinOptions allowing(Allowed others) {
    return new BuiltinOptions(
        folder, launchers, others, storeLimitBytes, diskLimitBytes, processLimit, memoryLimitBytes);
  }

  /** The same with other limits. */
  public BuiltinOptions limited(long storeBytes, long diskBytes, int processes, long memoryBytes) {
    return new BuiltinOptions(
        folder, launchers, allowed, storeBytes, diskBytes, processes, memoryBytes);
  }
}
