package io.slipway.taskfile.plan;

import java.time.Duration;
import java.util.List;

/**
 * A step, ready to be executed.
 *
 * @param id its id
 * @param action what it does
 * @param after what it waits for; empty to start at once
 * @param timeout limit over all tries; without start delay and pull
 * @param startDelay pause before it
 * @param retries further tries after a failure
 * @param retryDelay pause between tries
 * @param retryOnErrors texts of which one must be printed for a try to be repeated; empty for any
 * @param repeat how often it is done again in any case
 * @param ignoreErrors whether its failure counts as success
 * @param container how its container is run
 */
public record PlannedStep(
    String id,
    StepAction action,
    List<After> after,
    Duration timeout,
    Duration startDelay,
    int retries,
    Duration retryDelay,
    List<String> retryOnErrors,
    int repeat,
    boolean ignoreErrors,
    ContainerOptions container) {}
