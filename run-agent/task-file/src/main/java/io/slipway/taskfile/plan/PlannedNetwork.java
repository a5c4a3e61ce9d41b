package io.slipway.taskfile.plan;

/**
 * A network of the run.
 *
 * @param name its name
 * @param driver its driver, {@code bridge}
 * @param skipCreation whether it is there already
 */
public record PlannedNetwork(String name, String driver, boolean skipCreation) {}
