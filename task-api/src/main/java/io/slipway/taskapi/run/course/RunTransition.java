package io.slipway.taskapi.run.course;

/** What a {@link RunChange} does to a {@link RunState}. */
public sealed interface RunTransition {
  /** The run is now in another state. */
  record Moved(RunState to) implements RunTransition {}

  /**
   * Nothing changes.
   *
   * @param reason why, for the log
   */
  record Ignored(String reason) implements RunTransition {}
}
