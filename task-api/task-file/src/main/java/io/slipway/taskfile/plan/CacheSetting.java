package io.slipway.taskfile.plan;

/** What a task or a build step says about the cache of its layers. */
public enum CacheSetting {
  UNSET,
  ENABLED,
  DISABLED;

  /** This, or another if this says nothing. */
  public CacheSetting or(CacheSetting other) {
    return this == UNSET ? other : this;
  }
}
