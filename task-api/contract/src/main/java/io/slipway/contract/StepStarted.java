package io.slipway.contract;

import java.time.Instant;

/**
 * A step began.
 *
 * @param run the run
 * @param stepId id of the step within the run, for example {@code acb_step_0}
 * @param kind what the step does
 * @param startedAt when it began
 */
public record StepStarted(RunRef run, String stepId, StepKind kind, Instant startedAt)
    implements RunEvent {}
