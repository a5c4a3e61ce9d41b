package io.slipway.taskfile.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the container of a step is run.
 *
 * @param env environment, the task's under the step's own
 * @param entryPoint program in place of the image's, or null
 * @param user user, or null
 * @param network network, or null for none declared
 * @param workingDirectory as written; empty for the default
 * @param keepImageWorkingDirectory whether the image's own folder holds
 * @param ports published ports
 * @param expose exposed ports
 * @param privileged whether it gets all rights
 * @param detach whether the step ends when the container has started
 * @param keep whether the container stays until the run ends
 * @param pull whether the image is pulled first in any case
 * @param pullRetries further tries of that pull
 * @param pullRetryDelay pause between them
 * @param cpus limit of processors, or null
 * @param isolation {@code default}, {@code process} or {@code hyperv}, or null
 * @param volumeMounts volumes of the task and where the step sees them
 */
public record ContainerOptions(
    Map<String, String> env,
    @Nullable String entryPoint,
    @Nullable String user,
    @Nullable String network,
    String workingDirectory,
    boolean keepImageWorkingDirectory,
    List<String> ports,
    List<String> expose,
    boolean privileged,
    boolean detach,
    boolean keep,
    boolean pull,
    int pullRetries,
    Duration pullRetryDelay,
    @Nullable String cpus,
    @Nullable String isolation,
    List<VolumeMount> volumeMounts) {}
