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
 * @param ids which of the machine's ids containers have
 */
public record BuiltinOptions(
    Path folder,
    List<String> launchers,
    Allowed allowed,
    long storeLimitBytes,
    long cacheLimitBytes,
    RunLimits run,
    Ids ids) {
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

  /**
   * Which ids of the machine stand for those of containers, which begin with 0.
   *
   * @param required whether an engine that cannot do it is not to be opened
   * @param first the one that stands for root
   * @param count how many; 0 if containers have the machine's own
   */
  public record Ids(boolean required, long first, long count) {
    private static final long LEAST = 65_536;

    /** Here begins what systemd keeps for foreign images. */
    private static final long END = 0x7FFE_0000L;

    /** Above what is usually given to users, services and other containers. */
    public static final Ids AUTO = new Ids(false, 0x7800_0000L, END - 0x7800_0000L);

    public static final Ids MACHINE = new Ids(false, 0, 0);

    /**
     * Reads them.
     *
     * @param text {@code auto}, {@code machine}, or as {@code 1900000000:65536}
     * @throws IllegalArgumentException if it is something else, or has ids that are likely to be
     *     somebody's
     */
    public static Ids parse(String text) {
      String[] words = text.strip().split(":", -1);
      if (words.length == 1) {
        switch (words[0]) {
          case "auto":
            return AUTO;
          case "machine":
            return MACHINE;
          default:
        }
      } else if (words.length == 2
          && words[0].matches("\\d{1,10}")
          && words[1].matches("\\d{1,10}")) {
        Ids ids = new Ids(true, Long.parseLong(words[0]), Long.parseLong(words[1]));
        if (ids.first >= LEAST && ids.count >= LEAST && ids.first + ids.count <= END) {
          return ids;
        }
      }
      throw new IllegalArgumentException(
          "slipway.agent.ids=%s: expected auto, machine, or FIRST:COUNT with at least 65536 ids from 65536 to %d, for example 1900000000:65536"
              .formatted(text, END - 1));
    }

    /** As it is written. */
    @Override
    public String toString() {
      return count == 0 ? "machine" : required ? first + ":" + count : "auto";
    }
  }

  /** All launchers, nothing else allowed, 20 GiB for images, the usual limits of a run. */
  public static BuiltinOptions in(Path folder) {
    return new BuiltinOptions(
        folder, LAUNCHERS, Allowed.NOTHING, STORE_LIMIT, CACHE_LIMIT, RunLimits.USUAL, Ids.MACHINE);
  }

  /** The same in another folder. */
  public BuiltinOptions at(Path other) {
    return new BuiltinOptions(
        other, launchers, allowed, storeLimitBytes, cacheLimitBytes, run, ids);
  }

  /** The same with other launchers to try. */
  public BuiltinOptions withLaunchers(List<String> names) {
    return new BuiltinOptions(folder, names, allowed, storeLimitBytes, cacheLimitBytes, run, ids);
  }

  /** The same with other rights. */
  public BuiltinOptions allowing(Allowed others) {
    return new BuiltinOptions(
        folder, launchers, others, storeLimitBytes, cacheLimitBytes, run, ids);
  }

  /** The same with other limits. */
  public BuiltinOptions limited(long storeBytes, long cacheBytes, RunLimits others) {
    return new BuiltinOptions(folder, launchers, allowed, storeBytes, cacheBytes, others, ids);
  }

  /** The same with other ids. */
  public BuiltinOptions mapping(Ids others) {
    return new BuiltinOptions(
        folder, launchers, allowed, storeLimitBytes, cacheLimitBytes, run, others);
  }
}
