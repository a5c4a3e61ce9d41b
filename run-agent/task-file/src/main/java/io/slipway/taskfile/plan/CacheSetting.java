package io.slipway.taskfile.plan;

/** What a build step says about the cache of its layers. */
public enum CacheSetting {
  /** Nothing: the task decides. */
  UNSET,
  ENABLED,
  DISABLED
}
