package io.slipway.contract.agent;

import java.util.UUID;

/** How task-api sees a run that an agent says it owns. */
public record HeldRun(UUID runUid, int attempt, LeaseState state) {}
