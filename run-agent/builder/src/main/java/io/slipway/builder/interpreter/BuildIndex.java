package io.slipway.builder.interpreter;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredIndex;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds a Dockerfile for each of several platforms, and one index of the images. */
public final class BuildIndex {
  private final BuildJob job;

  public BuildIndex(BuildJob job) {
    this.job = job;
  }

  /**
   * Builds them and gives the index its names.
   *
   * @throws EngineException before anything is built if one of the platforms cannot be built here
   */
  public BuiltImage run() throws EngineException, IOException, InterruptedException {
    Set<String> platforms = new LinkedHashSet<>(job.request().platforms());
    for (String platform : platforms) {
      var unused = BuildPlan.of(only(platform).request());
    }
    List<StoredImage> images = new ArrayList<>();
    Set<BuiltImage.Base> bases = new LinkedHashSet<>();
    BuiltImage.@Nullable Base runtime = null;
    int cached = 0;
    for (String platform : platforms) {
      job.output().line("Platform " + platform);
      BuildImage build = new BuildImage(only(platform));
      BuiltImage built = build.run();
      images.add(build.result());
      cached += built.cachedSteps();
      bases.addAll(built.buildtimeBases());
      runtime = runtime == null ? built.runtimeBase() : runtime;
    }
    StoredIndex index = StoredIndex.of(images, job.request().annotations().index());
    job.output()
        .line(
            "Successfully built index %s of %d platforms"
                .formatted(Sha256.brief(index.manifest().digest()), images.size()));
    for (ImageReference tag : job.request().tags()) {
      job.space().tag(tag, index);
      ImageReference named = tag.tag() == null ? tag.withTag("latest") : tag;
      job.output().line("Successfully tagged " + named.familiar());
    }
    return new BuiltImage(images.getFirst().id(), cached, runtime, List.copyOf(bases));
  }

  private BuildJob only(String platform) {
    BuildRequest request = job.request().only(platform);
    return job.of(request);
  }
}
