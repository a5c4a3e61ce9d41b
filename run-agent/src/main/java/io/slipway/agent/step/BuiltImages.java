package io.slipway.agent.step;

import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineRun;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.taskfile.image.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the build steps of an attempt made, and from what. */
final class BuiltImages {
  /** How ACR names Docker Hub in lists of dependencies; scripts and policies filter by it. */
  private static final String LISTED_HUB = "registry.hub.docker.com";

  private final String runRevision;
  private final Map<String, Built> bySteps = new ConcurrentHashMap<>();

  private record Built(List<ImageReference> tags, BuiltImage image, @Nullable String revision) {}

  /**
   * Starts without any image.
   *
   * @param runRevision commit of the run's context, for builds whose own context has none; may be
   *     empty
   */
  BuiltImages(String runRevision) {
    this.runRevision = runRevision;
  }

  void add(String stepId, List<ImageReference> tags, BuiltImage image, @Nullable String revision) {
    bySteps.put(
        stepId,
        new Built(
            tags, image, revision == null && !runRevision.isEmpty() ? runRevision : revision));
  }

  boolean hasStep(String stepId) {
    return bySteps.containsKey(stepId);
  }

  boolean isEmpty() {
    return bySteps.isEmpty();
  }

  /** An entry for each tag of a step's image, or a single one if it has no tag. */
  List<ImageDependency> dependencies(String stepId, EngineRun engine) {
    Built made = bySteps.get(stepId);
    if (made == null) {
      return List.of();
    }
    BuiltImage.Base base = made.image().runtimeBase();
    ImageRef runtime = base == null ? null : ref(base.name(), base.digest());
    List<ImageRef> buildtime =
        made.image().buildtimeBases().stream()
            .map(other -> ref(other.name(), other.digest()))
            .toList();
    if (made.tags().isEmpty()) {
      return List.of(new ImageDependency(null, runtime, buildtime, made.revision()));
    }
    return made.tags().stream()
        .map(tag ->
            new ImageDependency(
                ref(tag, engine.digest(tag).orElse(null)), runtime, buildtime, made.revision()))
        .toList();
  }

  /** What an image of the run was built from; empty if no build step made it. */
  List<ImageDependency> of(ImageReference image, EngineRun engine) {
    return bySteps.entrySet().stream()
        .filter(step -> step.getValue().tags().contains(image))
        .flatMap(step -> dependencies(step.getKey(), engine).stream().limit(1))
        .toList();
  }

  /** What is named by its digest has no tag, as in ACR: no push moves it. */
  private static ImageRef ref(ImageReference image, @Nullable String digest) {
    String tag = image.digest() != null ? null : image.tag() == null ? "latest" : image.tag();
    boolean hub = image.registry().equals(ImageReference.DOCKER_HUB);
    return new ImageRef(hub ? LISTED_HUB : image.registry(), image.repository(), tag, digest);
  }
}
