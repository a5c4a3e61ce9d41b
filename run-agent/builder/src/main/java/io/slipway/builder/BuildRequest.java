package io.slipway.builder;

import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code docker build} is asked for; made by {@link #of}.
 *
 * @param stepId id of the step, for messages
 * @param context folder of the build context
 * @param dockerfile the Dockerfile; may lie outside the context
 * @param tags names for the result; may be empty
 * @param buildArgs build arguments by name; null takes the value of the agent's step environment
 * @param target stage to end with, or null for the last
 * @param platforms as {@code linux/amd64}; empty for the machine's; several make an index
 * @param labels labels to add
 * @param noCache whether every step is executed even if its result is known
 * @param noCacheFor stages of which every step is executed
 * @param pull whether base images are asked for at the registry even if they are known
 * @param secrets files for {@code RUN --mount=type=secret}, by id
 * @param addHosts names for {@code /etc/hosts}, name to address
 * @param network network mode of RUN: {@code default}, {@code none} or {@code host}
 * @param limits limits of RUN
 * @param cacheFrom images in registries whose steps need not be done again, see {@link #cacheTo}
 * @param cacheTo where to put the steps of this build for later builds, or null
 * @param contexts what names of the Dockerfile mean in place of stages and images
 * @param annotations notes for the manifest and the index
 */
public record BuildRequest(
    String stepId,
    Path context,
    Path dockerfile,
    List<ImageReference> tags,
    Map<String, @Nullable String> buildArgs,
    @Nullable String target,
    List<String> platforms,
    Map<String, String> labels,
    boolean noCache,
    List<String> noCacheFor,
    boolean pull,
    Map<String, Path> secrets,
    Map<String, String> addHosts,
    String network,
    Limits limits,
    List<ImageReference> cacheFrom,
    @Nullable ImageReference cacheTo,
    NamedContexts<ExtraContext> contexts,
    BuildAnnotations annotations) {

  /** The same for one platform, without names and registry caches. */
  public BuildRequest only(String platform) {
    return new BuildRequestBuilder(this)
        .tags(List.of())
        .platforms(List.of(platform))
        .cacheFrom(List.of())
        .cacheTo(null)
        .done();
  }

  /** A build of a Dockerfile over a context, to be told more of. */
  public static BuildRequestBuilder of(String stepId, Path context, Path dockerfile) {
    return new BuildRequestBuilder(stepId, context, dockerfile);
  }
}
