package io.slipway.taskfile.build;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code RUN} may use.
 *
 * @param memoryBytes memory; 0 for no limit
 * @param cpus processors, for example 1.5; 0 for no limit
 * @param cpuset processors by number as {@code 0-2,4}; null for all
 * @param shmBytes size of {@code /dev/shm}; 0 for the engine's own
 * @param ulimits {@code soft:hard} or one number for both, by name, for example {@code nofile}
 */
public record BuildLimits(
    long memoryBytes,
    double cpus,
    @Nullable String cpuset,
    long shmBytes,
    Map<String, String> ulimits) {
  public static final BuildLimits NONE = new BuildLimits(0, 0, null, 0, Map.of());
}
