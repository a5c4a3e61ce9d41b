package io.slipway.agent.step;

import io.slipway.agent.context.ContextAccess;
import io.slipway.taskfile.plan.StepPlan;

/**
 * What a run is to do, with what was found out on the way to it.
 *
 * @param plan its steps
 * @param quick whether it is a build without a task file
 * @param revision commit of its context; empty if that is no git repository
 * @param contexts with what steps fetch contexts of their own
 */
record PlannedRun(StepPlan plan, boolean quick, String revision, ContextAccess contexts) {}
