package io.slipway.taskfile.plan;

import java.util.Locale;

/** What a task or a build step says about the cache of its layers. */
public enum CacheSetting {
  UNSET,
  ENABLED,
  DISABLED;

  /** The property {@code cache} of a task or step; a wrong value is noted. */
  static CacheSetting of(Properties written) {
    String text = written.text("cache", "");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "" -> UNSET;
      case "enabled" -> ENABLED;
      case "disabled" -> DISABLED;
      default -> {
        written.refuse(
            "cache",
            "invalid value for cache property. Valid values are 'enabled', 'disabled'; not "
                + Properties.shown(text));
        yield UNSET;
      }
    };
  }

  /** This, or another if this says nothing. */
  CacheSetting or(CacheSetting other) {
    return this == UNSET ? other : this;
  }
}
