package io.slipway.builder.sandbox;

import io.slipway.builder.BuiltinOptions.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The control group that all containers of a run are in: what they may take of the machine
 * together. Without the right to make one there is none, and nothing of it is kept.
 */
public final class RunGroup implements AutoCloseable {
  private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");
  private static final long CPU_PERIOD = 100_000;

  /** The kernel counts memory by some pages at a time. */
  private static final long NEAR = 1 << 20;

  private static final Path MACHINE = Path.of("/proc/vmstat");

  private final @Nullable ControlGroups groups;
  private final String run;
  private final RunLimits limits;

  private RunGroup(@Nullable ControlGroups groups, String run, RunLimits limits) {
    this.groups = groups;
    this.run = run;
    this.limits = limits;
  }

  static RunGroup none() {
    return new RunGroup(null, "", RunLimits.NONE);
  }

  /**
   * Makes one.
   *
   * @param run name that no other run has
   * @throws IOException if a limit cannot be set
   */
  static RunGroup open(ControlGroups groups, String run, RunLimits limits) throws IOException {
    RunGroup group = new RunGroup(groups, run, limits);
    try {
      groups.make(run, CONTROLLERS);
      group.limit(groups);
      return group;
    } catch (IOException refused) {
      group.close();
      throw new IOException("no limits are kept: " + refused, refused);
    }
  }

  private void limit(ControlGroups to) throws IOException {
    String bytes = String.valueOf(limits.memoryBytes());
    if (limits.memoryBytes() > 0) {
      ControlGroups.set(
          to.file(run, "memory", to.isSingle() ? "memory.max" : "memory.limit_in_bytes"), bytes);
      Path swap =
          to.file(run, "memory", to.isSingle() ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
      if (Files.exists(swap)) { // a kernel that counts no swap has none of it
        ControlGroups.set(swap, to.isSingle() ? "0" : bytes);
      }
    }
    if (limits.processes() > 0) {
      ControlGroups.set(to.file(run, "pids", "pids.max"), String.valueOf(limits.processes()));
    }
    if (limits.cpus() > 0) {
      long quota = Math.round(limits.cpus() * CPU_PERIOD);
      if (to.isSingle()) {
        ControlGroups.set(to.file(run, "cpu", "cpu.max"), quota + " " + CPU_PERIOD);
      } else {
        ControlGroups.set(to.file(run, "cpu", "cpu.cfs_period_us"), String.valueOf(CPU_PERIOD));
        ControlGroups.set(to.file(run, "cpu", "cpu.cfs_quota_us"), String.valueOf(quota));
      }
    }
  }

  /** Where a runtime makes a container's. */
  String path(String container) {
    return groups == null ? "" : groups.path(run, container);
  }

  /** Takes a container's away; it is over. */
  void remove(String container) {
    if (groups != null) {
      groups.remove(run, container);
    }
  }

  /** Ids of the processes of a container, or nothing where it has no group. */
  Optional<List<Long>> processes(String container) {
    if (groups == null) {
      return Optional.empty();
    }
    try (Stream<String> lines =
        Files.lines(groups.file(run, "pids", container).resolve("cgroup.procs"))) {
      return Optional.of(lines.map(Long::valueOf).toList());
    } catch (IOException | RuntimeException gone) {
      return Optional.of(List.of());
    }
  }

  /** Most memory of the run in bytes, 0 for any. */
  long memoryBytes() {
    return limits.memoryBytes();
  }

  /**
   * What the kernel has counted. With one hierarchy it counts for a group what it ended in those
   * below. Otherwise for the last one alone, which the runtime takes away: there the whole
   * machine's number has to have grown, and this group to have been at its limit. (The number of
   * its hits would be nearer, but new kernels no longer keep it.)
   */
  Shortage shortage() {
    if (groups == null) {
      return new Shortage(false, 0);
    }
    if (groups.isSingle()) {
      return new Shortage(true, number(groups.file(run, "memory", "memory.events"), "oom_kill "));
    }
    long most = number(groups.file(run, "memory", "memory.max_usage_in_bytes"), "");
    boolean full = limits.memoryBytes() > 0 && most >= limits.memoryBytes() - NEAR;
    return new Shortage(full, number(MACHINE, "oom_kill "));
  }

  private static long number(Path file, String before) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(before))
          .mapToLong(line -> Long.parseLong(line.substring(before.length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException notCounted) {
      return 0;
    }
  }

  /** Takes it away; what is left in it ends. */
  @Override
  public void close() {
    if (groups != null) {
      groups.remove(run);
    }
  }

  /**
   * How often memory was short.
   *
   * @param full whether the group has been at its limit
   * @param kills how many processes the kernel ended for it
   */
  record Shortage(boolean full, long kills) {
    /**
     * Whether the kernel ended something since an earlier look.
     *
     * @param ownLimit whether a container had a limit of its own, which the group does not see
     */
    boolean isSince(Shortage before, boolean ownLimit) {
      return kills > before.kills && (ownLimit || full);
    }
  }
}
