package io.slipway.taskfile.plan;

/**
 * One condition of a step: it waits for an earlier step, and starts if that one ended in a certain
 * way.
 *
 * @param stepId id of the earlier step
 * @param ends which of its ends let the step start
 */
public record After(String stepId, Ends ends) {
  /** Waits for a step to end well. */
  public static After success(String stepId) {
    return new After(stepId, Ends.SUCCEEDED);
  }
}
