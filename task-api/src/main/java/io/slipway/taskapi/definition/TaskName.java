package io.slipway.taskapi.definition;

import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;

/** Names of tasks and task runs. */
public final class TaskName {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{5,50}");

  private TaskName() {}

  /** Fails with 400 for a text that is not a valid name. */
  public static void check(String kind, String name) {
    if (!NAME.matcher(name).matches()) {
      throw ArmException.of(
          400,
          "InvalidResourceName",
          kind + " name '" + name + "' must have 5 to 50 letters, digits, - and _.");
    }
  }
}
