package io.slipway.taskfile.build;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the results of steps are taken from and kept.
 *
 * @param off whether nothing is taken from anywhere
 * @param offFor stages from which nothing is taken
 * @param from images whose steps may be taken
 * @param to image that keeps the steps of this build, at most one; empty for none
 * @param allStages whether {@code to} keeps the steps of all stages ({@code mode=max}), not only of
 *     the last
 */
public record BuildCache(
    boolean off,
    List<String> offFor,
    List<ImageReference> from,
    List<ImageReference> to,
    boolean allStages) {
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  /** The agent's own cache, nothing else. */
  public static final BuildCache LOCAL =
      new BuildCache(false, List.of(), List.of(), List.of(), false);

  /**
   * The image where a build step with {@code cache: enabled} keeps its layers, {@code
   * <repository>:cache_<task>_<step>}: beside the first tag that names more than an image, else in
   * the run's registry under the first tag's name.
   *
   * @param tags tags of the build
   * @param registry login server of the run
   * @param task name of the task, {@code quickrun} without one
   * @return empty if the build has no tag
   * @throws Refusal if task and step do not make a valid tag, in the words of the original
   */
  public static Optional<ImageReference> imageFor(
      List<String> tags, String registry, String task, String step) throws Refusal {
    if (tags.isEmpty()) {
      return Optional.empty();
    }
    String tag = "cache_" + task + "_" + step;
    if (!TAG.matcher(tag).matches()) {
      throw Refusal.user(
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

  /** An image of {@code --cache-from} or {@code --cache-to}: a name, or {@code type=registry,…}. */
  record Place(ImageReference image, boolean allStages) {
    static Place parse(String flag, String text) throws Refusal {
      if (!text.contains("=")) {
        return new Place(ImageReference.parse(text), false);
      }
      Map<String, String> fields =
          FlagValues.fields(
              flag,
              text,
              "type",
              "ref",
              "mode",
              "image-manifest",
              "oci-mediatypes",
              "compression",
              "compression-level",
              "force-compression",
              "ignore-error");
      String type = fields.getOrDefault("type", "registry");
      if (!type.equals("registry")) {
        throw Refusal.unsupported(
            flag + " " + text + ": a cache is kept by registries only, as type=registry,ref=…");
      }
      String reference = fields.get("ref");
      if (reference == null) {
        throw Refusal.user(flag + " " + text + " has no ref=…");
      }
      String mode = fields.getOrDefault("mode", "min");
      if (!mode.equals("min") && !mode.equals("max")) {
        throw Refusal.user(flag + " " + text + ": mode must be min or max");
      }
      return new Place(ImageReference.parse(reference), mode.equals("max"));
    }
  }
}
