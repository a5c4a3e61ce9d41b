package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished build.
 *
 * @param imageId digest of the image's configuration, {@code sha256:…}
 * @param cachedSteps how many steps were found in the cache
 * @param runtimeBase image that the last stage stands on, through any stages between; null if that
 *     is {@code scratch}
 * @param buildtimeBases the other images that the build read, each once, in the order of reading
 */
public record BuiltImage(
    String imageId, int cachedSteps, @Nullable Base runtimeBase, List<Base> buildtimeBases) {

  /**
   * An image that a build read.
   *
   * @param name its name in the Dockerfile, with variables replaced
   * @param digest digest of its manifest; null for an image of the same run that is in no registry
   */
  public record Base(ImageReference name, @Nullable String digest) {}
}
