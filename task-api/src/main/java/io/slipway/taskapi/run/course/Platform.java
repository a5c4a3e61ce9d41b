package io.slipway.taskapi.run.course;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a run builds for.
 *
 * @param os {@code linux} or {@code windows}, in lower case
 * @param architecture for example {@code amd64}
 * @param variant {@code v6}, {@code v7}, {@code v8} or null
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Platform(String os, String architecture, @Nullable String variant) {
  /** What a task gets that does not say. */
  public static final Platform DEFAULT = new Platform("linux", "amd64", null);
}
