package io.slipway.taskfile.plan;

/**
 * A volume of the task as a step sees it.
 *
 * @param name name of the volume
 * @param path folder in the container, unique within the step
 */
public record VolumeMount(String name, String path) {}
