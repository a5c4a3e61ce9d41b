package io.slipway.builder.interpreter;

import io.slipway.builder.BuiltImage;
import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A build, with caches in registries read before it and written after it. */
public final class CachedBuild {
  private final BuildJob job;

  public CachedBuild(BuildJob job) {
    this.job = job;
  }

  /** Builds; a cache that cannot be read or written is a warning, never a failure. */
  public BuiltImage run() throws EngineException, IOException, InterruptedException {
    if (!job.request().noCache()) {
      for (ImageReference name : job.request().cacheFrom()) {
        read(name);
      }
    }
    BuiltImage built =
        job.request().platforms().size() > 1
            ? new BuildIndex(job).run()
            : new BuildImage(job).run();
    ImageReference to = job.request().cacheTo();
    if (to != null) {
      write(to);
    }
    return built;
  }

  private void read(ImageReference name) throws InterruptedException {
    try {
      Optional<RegistryCache> found = RegistryCache.read(name, job.registries(), job.space());
      if (found.isPresent()) {
        job.cache().addRegistry(found.get());
      }
      job.output()
          .line(
              found.isPresent()
                  ? "Using build cache %s: %d steps"
                      .formatted(name.familiar(), found.get().steps().size())
                  : "There is no build cache at " + name.familiar() + " yet");
    } catch (IOException | RegistryCallException failed) {
      job.output()
          .line(
              "WARNING: the build cache %s cannot be read: %s"
                  .formatted(name.familiar(), failed.getMessage()));
    }
  }

  private void write(ImageReference name) throws InterruptedException {
    Map<String, StoredLayer> results = job.cache().used();
    if (results.isEmpty()) {
      return;
    }
    try {
      new RegistryCache(name, Map.of(), Map.of(), job.registries(), job.space())
          .write(results, job.cache().times());
      job.output()
          .line("Kept %d steps in build cache %s".formatted(results.size(), name.familiar()));
    } catch (IOException | RegistryCallException failed) {
      job.output()
          .line(
              "WARNING: the build cache %s cannot be written: %s"
                  .formatted(name.familiar(), failed.getMessage()));
    }
  }
}
