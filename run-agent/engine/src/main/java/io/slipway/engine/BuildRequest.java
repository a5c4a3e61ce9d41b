package io.slipway.engine;

import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code docker build} is asked for.
 *
 * @param stepId id of the step, for messages
 * @param context folder of the build context
 * @param dockerfile the Dockerfile; may lie outside the context
 * @param tags names for the result; may be empty
 * @param buildArgs build arguments by name; null takes the value of the agent's step environment
 * @param target stage to end with, or null for the last
 * @param platform as {@code linux/amd64}, or null for the machine's
 * @param labels labels to add
 * @param noCache whether every step is executed even if its result is known
 * @param pull whether base images are asked for at the registry even if they are known
 * @param secrets files for {@code RUN --mount=type=secret}, by id
 * @param addHosts names for {@code /etc/hosts}, name to address
 * @param network network mode of RUN: {@code default}, {@code none} or {@code host}
 * @param memoryBytes limit of memory of RUN, 0 for none
 * @param cpus limit of processors of RUN, 0 for none
 */
public record BuildRequest(
    String stepId,
    Path context,
    Path dockerfile,
    List<ImageReference> tags,
    Map<String, @Nullable String> buildArgs,
    @Nullable String target,
    @Nullable String platform,
    Map<String, String> labels,
    boolean noCache,
    boolean pull,
    Map<String, Path> secrets,
    Map<String, String> addHosts,
    String network,
    long memoryBytes,
    double cpus) {}
