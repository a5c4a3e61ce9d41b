package io.slipway.taskfile.plan;

import java.util.List;

/** How failures of steps are told. */
public final class StepErrors {
  private StepErrors() {}

  /** Failures of a step that was done several times, in one text. */
  public static String joined(List<String> messages) {
    return String.join(", ", messages);
  }

  /** A message of a Go program, as Docker is one, without its word for a time-out. */
  public static String shown(String message) {
    return message.replace("context deadline exceeded", "timed out");
  }
}
