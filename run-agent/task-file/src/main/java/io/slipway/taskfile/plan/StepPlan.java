package io.slipway.taskfile.plan;

import java.util.List;

/**
 * What a task file asks for: an immutable graph. Steps stand in the order of the file, and a step
 * comes after earlier ones only, so there is no cycle.
 *
 * @param steps steps in the order of the file
 * @param networks networks to make
 * @param aliases whether aliases were replaced
 */
public record StepPlan(List<PlannedStep> steps, List<PlannedNetwork> networks, boolean aliases) {}
