package io.slipway.taskfile.build;

import io.slipway.taskfile.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a build step with {@code cache: enabled} keeps its layers. */
public final class CacheImage {
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  private CacheImage() {}

  /**
   * The image {@code <repository>:cache_<task>_<step>}: beside the first tag that names more than
   * an image, else in the run's registry under the first tag's name.
   *
   * @param tags tags of the build
   * @param registry login server of the run
   * @param task name of the task, {@code quickrun} without one
   * @return empty if the build has no tag
   * @throws IllegalArgumentException if task and step make no tag, with the words of the original
   */
  public static Optional<ImageReference> of(
      List<String> tags, String registry, String task, String step) {
    if (tags.isEmpty()) {
      return Optional.empty();
    }
    String tag = "cache_" + task + "_" + step;
    if (!TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException(
          "failed to attach cache ID tag to the repo for build cache: invalid tag format");
    }
    String named =
        tags.stream()
            .filter(each -> each.contains("/"))
            .findFirst()
            .orElseGet(() -> registry + "/" + tags.get(0));
    ImageReference image = ImageReference.parse(named);
    return Optional.of(new ImageReference(image.registry(), image.repository(), tag, null));
  }
}
