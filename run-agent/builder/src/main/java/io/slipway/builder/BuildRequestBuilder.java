package io.slipway.builder;

import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a {@link BuildRequest}; what is not named is as with a plain {@code docker build}. */
public final class BuildRequestBuilder {
  private final String stepId;
  private final Path context;
  private final Path dockerfile;
  private List<ImageReference> tags = List.of();
  private Map<String, @Nullable String> buildArgs = Map.of();
  private @Nullable String target;
  private List<String> platforms = List.of();
  private Map<String, String> labels = Map.of();
  private boolean noCache;
  private List<String> noCacheFor = List.of();
  private boolean pull;
  private Map<String, Path> secrets = Map.of();
  private Map<String, String> addHosts = Map.of();
  private String network = "default";
  private Limits limits = Limits.NONE;
  private List<ImageReference> cacheFrom = List.of();
  private @Nullable ImageReference cacheTo;
  private NamedContexts<ExtraContext> contexts = NamedContexts.none();
  private BuildAnnotations annotations = BuildAnnotations.NONE;

  BuildRequestBuilder(String stepId, Path context, Path dockerfile) {
    this.stepId = stepId;
    this.context = context;
    this.dockerfile = dockerfile;
  }

  BuildRequestBuilder(BuildRequest from) {
    this(from.stepId(), from.context(), from.dockerfile());
    tags = from.tags();
    buildArgs = from.buildArgs();
    target = from.target();
    platforms = from.platforms();
    labels = from.labels();
    noCache = from.noCache();
    noCacheFor = from.noCacheFor();
    pull = from.pull();
    secrets = from.secrets();
    addHosts = from.addHosts();
    network = from.network();
    limits = from.limits();
    cacheFrom = from.cacheFrom();
    cacheTo = from.cacheTo();
    contexts = from.contexts();
    annotations = from.annotations();
  }

  /** Names for the result. */
  public BuildRequestBuilder tags(List<ImageReference> names) {
    tags = names;
    return this;
  }

  /** Build arguments by name. */
  public BuildRequestBuilder buildArgs(Map<String, @Nullable String> arguments) {
    buildArgs = arguments;
    return this;
  }

  /** Stage to end with. */
  public BuildRequestBuilder target(@Nullable String stage) {
    target = stage;
    return this;
  }

  /** Platforms, as {@code linux/amd64}. */
  public BuildRequestBuilder platforms(List<String> all) {
    platforms = all;
    return this;
  }

  /** Labels to add. */
  public BuildRequestBuilder labels(Map<String, String> all) {
    labels = all;
    return this;
  }

  /** Whether every step is executed even if its result is known. */
  public BuildRequestBuilder noCache(boolean none) {
    noCache = none;
    return this;
  }

  /** Stages of which every step is executed. */
  public BuildRequestBuilder noCacheFor(List<String> stages) {
    noCacheFor = stages;
    return this;
  }

  /** Whether base images are asked for at the registry even if they are known. */
  public BuildRequestBuilder pull(boolean again) {
    pull = again;
    return this;
  }

  /** Files for {@code RUN --mount=type=secret}, by id. */
  public BuildRequestBuilder secrets(Map<String, Path> files) {
    secrets = files;
    return this;
  }

  /** Names for {@code /etc/hosts}, name to address. */
  public BuildRequestBuilder addHosts(Map<String, String> hosts) {
    addHosts = hosts;
    return this;
  }

  /** Network mode of RUN: {@code default}, {@code none} or {@code host}. */
  public BuildRequestBuilder network(String mode) {
    network = mode;
    return this;
  }

  /** Limits of RUN. */
  public BuildRequestBuilder limits(Limits all) {
    limits = all;
    return this;
  }

  /** Images in registries whose steps need not be done again. */
  public BuildRequestBuilder cacheFrom(List<ImageReference> images) {
    cacheFrom = images;
    return this;
  }

  /** Where to put the steps of this build for later builds. */
  public BuildRequestBuilder cacheTo(@Nullable ImageReference image) {
    cacheTo = image;
    return this;
  }

  /** What names of the Dockerfile mean in place of stages and images. */
  public BuildRequestBuilder contexts(NamedContexts<ExtraContext> all) {
    contexts = all;
    return this;
  }

  /** Notes for the manifest and the index. */
  public BuildRequestBuilder annotations(BuildAnnotations all) {
    annotations = all;
    return this;
  }

  /** The request. */
  public BuildRequest done() {
    return new BuildRequest(
        stepId,
        context,
        dockerfile,
        List.copyOf(tags),
        buildArgs,
        target,
        List.copyOf(platforms),
        Map.copyOf(labels),
        noCache,
        List.copyOf(noCacheFor),
        pull,
        Map.copyOf(secrets),
        Map.copyOf(addHosts),
        network,
        limits,
        List.copyOf(cacheFrom),
        cacheTo,
        contexts,
        annotations);
  }
}
