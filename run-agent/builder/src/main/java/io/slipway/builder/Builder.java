package io.slipway.builder;

import io.slipway.taskfile.build.NamedContexts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The entry of this module: opens engines and connections to registries, and reads what a
 * Dockerfile is built from. Thread-safe.
 */
public interface Builder {

  /** The builder of this module. */
  static Builder load() {
    return ServiceLoader.load(Builder.class, Builder.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no provider of " + Builder.class.getName()));
  }

  /**
   * Opens the built-in engine; what an earlier process left in the scratch folder is deleted.
   *
   * @param clock tells the time of images and caches
   * @throws IOException if the folder cannot be used, or another process has it open
   */
  ContainerEngine open(BuiltinOptions options, InstantSource clock) throws IOException;

  /**
   * Opens the engine that drives Docker or Podman, and takes away what an earlier process of the
   * same folder left.
   *
   * @param isolation an engine that runs programs of this machine in containers, closed with the
   *     other one; without it they have this process's own rights
   * @throws IOException if the folder cannot be used
   */
  ContainerEngine open(DockerOptions options, Optional<ContainerEngine> isolation)
      throws IOException, InterruptedException;

  /**
   * Tries everything that the built-in engine could use on this machine, also the launchers that it
   * would not choose. Takes some seconds.
   *
   * @param folder folder for an engine of its own; overlayfs is tried on its file system
   * @throws IOException if the folder cannot be used
   */
  List<ContainerEngine.Probe> examine(Path folder, InstantSource clock)
      throws IOException, InterruptedException;

  /**
   * Opens connections to registries; one set serves all runs of an agent.
   *
   * @throws IOException if a file of certificates cannot be used
   * @throws IllegalArgumentException if a mirror is not an {@code https://host:port}, or plain HTTP
   *     would leave this machine
   */
  RegistryConnections connect(RegistryOptions options) throws IOException;

  /**
   * The images that a Dockerfile is built from, found by reading it; nothing is asked for.
   *
   * @param dockerfile text of the Dockerfile, at most 4 Mi characters
   * @param buildArgs build arguments; a null value counts as not given
   * @param target wanted stage, or null for the last; an unknown one counts as the last
   * @param platform as {@code linux/arm64/v8}; {@code FROM} may use its parts
   * @param contexts further contexts; each the name of its image, or empty if it is not an image
   * @throws EngineException with cause {@code USER} if the Dockerfile is malformed
   */
  BaseImages baseImages(
      String dockerfile,
      Map<String, @Nullable String> buildArgs,
      @Nullable String target,
      String platform,
      NamedContexts<Optional<String>> contexts)
      throws EngineException;
}
