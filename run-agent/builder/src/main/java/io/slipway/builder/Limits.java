package io.slipway.builder;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container may take of the machine.
 *
 * @param memoryBytes most memory, 0 for no limit
 * @param cpus most processors, 0 for no limit
 * @param cpuset processors by number as {@code 0-2,4}, or null for all
 * @param processes most processes at the same time, 0 for the engine's own limit
 * @param shmBytes size of {@code /dev/shm}, 0 for 64 MiB
 * @param ulimits limits of single resources by name as in {@code docker run --ulimit}, for example
 *     {@code nofile} to {@code 1024} or {@code 1024:2048}
 */
public record Limits(
    long memoryBytes,
    double cpus,
    @Nullable String cpuset,
    int processes,
    long shmBytes,
    Map<String, String> ulimits) {
  /** No limits but the engine's own. */
  public static final Limits NONE = new Limits(0, 0, null, 0, 0, Map.of());

  public Limits {
    ulimits = Map.copyOf(ulimits);
  }

  /** Of memory and processors only. */
  public static Limits of(long memoryBytes, double cpus) {
    return new Limits(memoryBytes, cpus, null, 0, 0, Map.of());
  }
}
