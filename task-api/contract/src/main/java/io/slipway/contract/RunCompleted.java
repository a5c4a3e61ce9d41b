package io.slipway.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run ended. Exactly one of these counts for a run: the first for its current attempt.
 *
 * @param run the run
 * @param outcome how it ended
 * @param error why it did not succeed, one line without secrets, or null
 * @param finishedAt when it ended
 * @param logBytes length in bytes of the whole log; the log is complete when so many are stored
 * @param outputImages images that the run built and pushed
 * @param dependencies what they were built from
 * @param details the rest of what a reader wants to know of a run that is over; null if whoever
 *     wrote the event is of an earlier version
 */
public record RunCompleted(
    RunRef run,
    RunOutcome outcome,
    @Nullable String error,
    Instant finishedAt,
    long logBytes,
    List<ImageRef> outputImages,
    List<ImageDependency> dependencies,
    @Nullable RunDetails details)
    implements RunEvent {
  /** An end without details. */
  public RunCompleted(
      RunRef run,
      RunOutcome outcome,
      @Nullable String error,
      Instant finishedAt,
      long logBytes,
      List<ImageRef> outputImages,
      List<ImageDependency> dependencies) {
    this(run, outcome, error, finishedAt, logBytes, outputImages, dependencies, null);
  }
}
