package io.slipway.builder;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the engine that drives Docker or Podman.
 *
 * @param program {@code docker} or {@code podman}, as a name or a path
 * @param host address of the engine as {@code unix:///…}, or null for the program's own
 * @param folder folder for files of runs; this process's alone
 * @param privilegedAllowed whether steps may ask for all rights
 * @param hostNetworkAllowed whether steps and builds may ask for the machine's own network
 */
public record DockerOptions(
    String program,
    @Nullable String host,
    Path folder,
    boolean privilegedAllowed,
    boolean hostNetworkAllowed) {}
