package io.slipway.builder.sandbox;

import io.slipway.builder.Limits;
import io.slipway.builder.process.HostName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container's process, complete.
 *
 * @param hostName its host name, see {@link HostName}
 * @param command program and arguments
 * @param env its whole environment
 * @param workingDirectory absolute folder in the container
 * @param user whom it runs as
 * @param mounts what is mounted besides the usual, parents first
 * @param network the network it has
 * @param rights what root in it may do
 * @param limits what it may take of the machine
 */
public record ContainerProcess(
    String hostName,
    List<String> command,
    Map<String, String> env,
    String workingDirectory,
    ProcessUser user,
    List<Mount> mounts,
    ContainerNetwork network,
    Rights rights,
    Limits limits) {
  /** The same with other rights, within other limits. */
  public ContainerProcess with(Rights others, Limits otherLimits) {
    return new ContainerProcess(
        hostName, command, env, workingDirectory, user, mounts, network, others, otherLimits);
  }

  /** The same in another network. */
  public ContainerProcess in(ContainerNetwork other) {
    return new ContainerProcess(
        hostName, command, env, workingDirectory, user, mounts, other, rights, limits);
  }

  /** The same with other mounts. */
  public ContainerProcess with(List<Mount> others) {
    return new ContainerProcess(
        hostName, command, env, workingDirectory, user, others, network, rights, limits);
  }

  /** Whether it has all rights and the machine's devices. */
  public boolean privileged() {
    return rights == Rights.ALL;
  }

  /** What root in a container may do. */
  public enum Rights {
    /** None at all, in a root that it may only read. */
    NONE,
    /** What Docker gives, but for raw sockets. */
    USUAL,
    RAW_SOCKETS,
    /** All rights and the machine's devices. */
    ALL
  }

  /** The network that a container has. */
  public sealed interface ContainerNetwork {
    record Sandbox() implements ContainerNetwork {}

    /**
     * One of its own that hangs on a bridge of the sandbox, see {@link NetworkNamespaces}.
     *
     * @param network number of the bridge's network
     * @param member the container's number in it, 2 to 254
     * @param routed whether it reaches other hosts
     * @param kept what is lent to the container; null if it makes a network that ends with it
     */
    record Joined(int network, int member, boolean routed, @Nullable KeptNetwork kept)
        implements ContainerNetwork {
      /** Whether nothing is left to make. */
      boolean isThere() {
        return kept != null && kept.isMade();
      }
    }

    /** Nothing but a loopback of its own. */
    record None() implements ContainerNetwork {}

    record Host() implements ContainerNetwork {}
  }

  /**
   * Whom a process runs as.
   *
   * @param uid number of the user
   * @param gid number of the group
   * @param groups further groups
   * @param home home folder
   */
  public record ProcessUser(long uid, long gid, List<Long> groups, String home) {}

  /**
   * Something mounted in a container.
   *
   * @param kind what it is
   * @param source file or folder of the machine; null for a tmpfs
   * @param target absolute path in the container, without links in it
   * @param readOnly whether the container may only read it
   * @param options of a tmpfs: {@code size=…}; of an overlay: its lower folders, the top first
   */
  public record Mount(
      Kind kind, @Nullable Path source, String target, boolean readOnly, List<String> options) {
    public enum Kind {
      BIND,
      /** One of the machine's, which everybody may read. */
      SHARED,
      TMPFS
    }

    /** Whether a container sees it with ids of its own. */
    boolean isMapped() {
      return kind == Kind.BIND;
    }

    /** What everybody on the machine may read, to be read only. */
    public static Mount shared(Path source, String target) {
      return new Mount(Kind.SHARED, source, target, true, List.of());
    }

    /** A file or folder of the machine. */
    public static Mount bind(Path source, String target, boolean readOnly) {
      return new Mount(Kind.BIND, source, target, readOnly, List.of());
    }

    /** The same at another place. */
    public Mount at(String other) {
      return new Mount(kind, source, other, readOnly, options);
    }

    public static Mount tmpfs(String target, List<String> options) {
      return new Mount(Kind.TMPFS, null, target, false, options);
    }
  }
}
