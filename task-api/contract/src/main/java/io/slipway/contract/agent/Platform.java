package io.slipway.contract.agent;

import org.jspecify.annotations.Nullable;

/**
 * What a run builds for.
 *
 * @param os {@code linux} or {@code windows}, in lower case
 * @param architecture for example {@code amd64}
 * @param variant {@code v6}, {@code v7}, {@code v8} or null
 */
public record Platform(String os, String architecture, @Nullable String variant) {
  /** The platform of a run whose request names none. */
  public static final Platform DEFAULT = new Platform("linux", "amd64", null);
}
