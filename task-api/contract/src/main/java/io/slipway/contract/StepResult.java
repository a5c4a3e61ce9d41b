package io.slipway.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one step of a run went.
 *
 * @param stepId id of the step within the run
 * @param kind what it did
 * @param outcome how it ended
 * @param startedAt when it began, or null if it never did
 * @param finishedAt when it ended
 */
public record StepResult(
    String stepId,
    StepKind kind,
    StepOutcome outcome,
    @Nullable Instant startedAt,
    Instant finishedAt) {}
