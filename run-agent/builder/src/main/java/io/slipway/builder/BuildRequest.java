package io.slipway.builder;

import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.BuildLimits;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code docker build} whose addresses, variables and secrets have become folders, values and
 * files.
 *
 * @param command the arguments as they were written
 * @param context real path of the folder of the build context: a link anywhere in it was put there
 *     since, and is not followed
 * @param dockerfile real path of the Dockerfile; may lie outside the context
 * @param tags names for the result; may be empty
 * @param platforms as {@code linux/amd64}; empty for the machine's; several make an index
 * @param buildArgs build arguments by name; one without a value counts as not given
 * @param secrets real paths of files for {@code RUN --mount=type=secret}, by id
 * @param contexts what names of the Dockerfile mean in place of stages and images
 * @param limits limits of RUN
 */
public record BuildRequest(
    BuildCommand command,
    Path context,
    Path dockerfile,
    List<ImageReference> tags,
    List<String> platforms,
    Map<String, @Nullable String> buildArgs,
    Map<String, Path> secrets,
    NamedContexts<ExtraContext> contexts,
    Limits limits) {
  public BuildRequest {
    tags = List.copyOf(tags);
    platforms = List.copyOf(platforms);
    secrets = Map.copyOf(secrets);
  }

  /** A build that needs no secrets and no further contexts, within the limits of its command. */
  public static BuildRequest of(
      BuildCommand command, Path context, Path dockerfile, List<ImageReference> tags) {
    BuildLimits limits = command.limits();
    return new BuildRequest(
        command,
        context,
        dockerfile,
        tags,
        command.platforms(),
        command.buildArgs(),
        Map.of(),
        NamedContexts.none(),
        new Limits(
            limits.memoryBytes(),
            limits.cpus(),
            limits.cpuset(),
            0,
            limits.shmBytes(),
            limits.ulimits()));
  }

  /** This build for one platform, without names for the result. */
  public BuildRequest only(String platform) {
    return new BuildRequest(
        command,
        context,
        dockerfile,
        List.of(),
        List.of(platform),
        buildArgs,
        secrets,
        contexts,
        limits);
  }

  /** Stage to end with, or null for the last. */
  public @Nullable String target() {
    return command.target();
  }

  /** Labels to add. */
  public Map<String, String> labels() {
    return command.labels();
  }

  /** Whether every step is executed even if its result is known. */
  public boolean noCache() {
    return command.noCache();
  }

  /** Stages of which every step is executed. */
  public List<String> noCacheFor() {
    return command.cache().offFor();
  }

  /** Whether base images are asked for at the registry even if they are known. */
  public boolean pull() {
    return command.pull();
  }

  /** Names for {@code /etc/hosts}, name to address. */
  public Map<String, String> addHosts() {
    return command.addHosts();
  }

  /** Network mode of RUN: {@code default}, {@code none} or {@code host}. */
  public String network() {
    return command.network();
  }

  /** Images in registries whose steps need not run again. */
  public List<ImageReference> cacheFrom() {
    return command.cache().from();
  }

  /** Where to put the steps of this build for later builds, or null. */
  public @Nullable ImageReference cacheTo() {
    return command.cache().to().isEmpty() ? null : command.cache().to().getFirst();
  }

  /** Annotations for the manifest and the index. */
  public BuildAnnotations annotations() {
    return command.result().annotations();
  }
}
