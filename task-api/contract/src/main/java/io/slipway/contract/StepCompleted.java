package io.slipway.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step ended.
 *
 * @param run the run
 * @param stepId id of the step within the run
 * @param kind what the step did
 * @param outcome how it ended
 * @param exitCode exit code of its last process, or null if none ended by itself
 * @param error why it did not succeed, one line without secrets, or null
 * @param startedAt when it began, or null if it never did
 * @param finishedAt when it ended
 */
public record StepCompleted(
    RunRef run,
    String stepId,
    StepKind kind,
    StepOutcome outcome,
    @Nullable Integer exitCode,
    @Nullable String error,
    @Nullable Instant startedAt,
    Instant finishedAt)
    implements RunEvent {}
