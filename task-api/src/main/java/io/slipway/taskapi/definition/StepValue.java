package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A value of a task file or an argument of a build.
 *
 * @param value null if it is secret: then credential-broker has it under the name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepValue(String name, @Nullable String value, boolean isSecret) {
  /** A value that anybody may read. */
  public static StepValue open(String name, String value) {
    return new StepValue(name, value, false);
  }

  /** A value that credential-broker has. */
  public static StepValue secret(String name) {
    return new StepValue(name, null, true);
  }
}
