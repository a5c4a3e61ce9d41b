package io.slipway.engine.builtin.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container's process, complete.
 *
 * @param hostName its host name
 * @param command program and arguments
 * @param env its whole environment
 * @param workingDirectory absolute folder in the container
 * @param user whom it runs as
 * @param mounts what is mounted besides the usual, parents first
 * @param network file of a network namespace, or null for the sandbox's own
 * @param noNetwork whether it gets an empty network of its own
 * @param privileged whether it has all rights and the machine's devices
 * @param memoryBytes limit of memory, 0 for none
 * @param cpus limit of processors, 0 for none
 */
public record ContainerProcess(
    String hostName,
    List<String> command,
    Map<String, String> env,
    String workingDirectory,
    ProcessUser user,
    List<Mount> mounts,
    @Nullable Path network,
    boolean noNetwork,
    boolean privileged,
    long memoryBytes,
    double cpus) {}
