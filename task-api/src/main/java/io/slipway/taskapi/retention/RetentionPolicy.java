package io.slipway.taskapi.retention;

import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How long the runs of one registry are kept after their end.
 *
 * @param usual for runs without a task, and of tasks that say nothing
 * @param tasks by task
 */
record RetentionPolicy(Duration usual, Map<UUID, Duration> tasks) {
  /** For a run of this task, which may be null or no longer exist. */
  Duration of(@Nullable UUID task) {
    return task == null ? usual : tasks.getOrDefault(task, usual);
  }

  /** All that occur. */
  SortedSet<Duration> durations() {
    SortedSet<Duration> all = new TreeSet<>(tasks.values());
    all.add(usual);
    return all;
  }
}
