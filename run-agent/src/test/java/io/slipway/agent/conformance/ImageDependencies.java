package io.slipway.agent.conformance;

import io.slipway.builder.BaseImages;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one image will be built from, before anything is built: digests are not known yet.
 *
 * @param image the image; null if the build has no tag
 * @param runtime what it stands on; null for {@code scratch}
 * @param buildtime what else its build reads, each once, without the runtime image
 * @param gitHeadRevision commit of the context; empty if it is no git repository
 */
public record ImageDependencies(
    @Nullable ListedImage image,
    @Nullable ListedImage runtime,
    List<ListedImage> buildtime,
    String gitHeadRevision) {

  /**
   * One per tag; one without an image if there is no tag.
   *
   * @throws IllegalArgumentException if a name is not a valid image name
   */
  public static List<ImageDependencies> of(
      List<String> tags, BaseImages bases, String gitHeadRevision) {
    String base = bases.runtime();
    ListedImage runtime = base == null ? null : ListedImage.of(base);
    List<ListedImage> buildtime = new ArrayList<>();
    for (String name : bases.buildtime()) {
      ListedImage image = ListedImage.of(name);
      boolean known =
          runtime != null && image.isSame(runtime) || buildtime.stream().anyMatch(image::isSame);
      if (!known) {
        buildtime.add(image);
      }
    }
    List<ListedImage> images = tags.stream().map(ListedImage::of).toList();
    if (images.isEmpty()) {
      return List.of(new ImageDependencies(null, runtime, List.copyOf(buildtime), gitHeadRevision));
    }
    return images.stream()
        .map(
            image -> new ImageDependencies(image, runtime, List.copyOf(buildtime), gitHeadRevision))
        .toList();
  }
}
