package io.slipway.taskapi.run.course;

import io.slipway.contract.agent.TaskStep;

/** What a run executes. */
public enum RunKind {
  /** Steps of a task or of a quick run. */
  TASK("Task"),
  /** A copy of an image into the registry. */
  IMPORT(TaskStep.IMPORT);

  private final String text;

  RunKind(String text) {
    this.text = text;
  }

  /** The word for it in the ledger. */
  public String text() {
    return text;
  }

  /** The kind with this {@link #text()}. */
  public static RunKind of(String text) {
    return text.equals(IMPORT.text) ? IMPORT : TASK;
  }
}
