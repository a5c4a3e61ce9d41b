package io.slipway.builder.sandbox;

import io.slipway.builder.Limits;
import io.slipway.builder.process.HostName;
import java.util.List;
import java.util.Map;

/**
 * A container's process, complete.
 *
 * @param hostName its host name, see {@link HostName}
 * @param command program and arguments
 * @param env its whole environment
 * @param workingDirectory absolute folder in the container
 * @param user whom it runs as
 * @param mounts what is mounted besides the usual, parents first
 * @param network the network it has
 * @param privileged whether it has all rights and the machine's devices
 * @param limits what it may take of the machine
 */
public record ContainerProcess(
    String hostName,
    List<String> command,
    Map<String, String> env,
    String workingDirectory,
    ProcessUser user,
    List<Mount> mounts,
    ContainerNetwork network,
    boolean privileged,
    Limits limits) {
  /** The same within other limits. */
  public ContainerProcess within(Limits others) {
    return new ContainerProcess(
        hostName, command, env, workingDirectory, user, mounts, network, privileged, others);
  }
}
