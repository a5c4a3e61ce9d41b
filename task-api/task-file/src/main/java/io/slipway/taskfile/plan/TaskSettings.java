package io.slipway.taskfile.plan;

import java.time.Duration;
import java.util.Map;

/**
 * What a task file says for the task as a whole; the steps have it already.
 *
 * @param version version of the language, for example {@code v1.1.0}
 * @param stepTimeout limit of a step that names none
 * @param workingDirectory folder of a step that names none; empty for the workspace
 * @param env environment of every step, under its own
 * @param cache cache of the build steps that say nothing of it
 */
public record TaskSettings(
    String version,
    Duration stepTimeout,
    String workingDirectory,
    Map<String, String> env,
    CacheSetting cache) {}
