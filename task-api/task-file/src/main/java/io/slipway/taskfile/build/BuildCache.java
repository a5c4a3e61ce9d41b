package io.slipway.taskfile.build;

import io.slipway.taskfile.image.ImageReference;
import java.util.List;
import java.util.Map;

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

  /** The agent's own cache, nothing else. */
  public static final BuildCache LOCAL =
      new BuildCache(false, List.of(), List.of(), List.of(), false);

  /** An image of {@code --cache-from} or {@code --cache-to}: a name, or {@code type=registry,…}. */
  record Place(ImageReference image, boolean allStages) {
    static Place parse(String flag, String text) {
      if (!text.contains("=")) {
        return new Place(ImageReference.parse(text), false);
      }
      Map<String, String> fields =
          CommaFields.parse(
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
        throw new IllegalArgumentException(
            flag + " " + text + ": a cache is kept by registries only, as type=registry,ref=…");
      }
      String reference = fields.get("ref");
      if (reference == null) {
        throw new IllegalArgumentException(flag + " " + text + " has no ref=…");
      }
      String mode = fields.getOrDefault("mode", "min");
      if (!mode.equals("min") && !mode.equals("max")) {
        throw new IllegalArgumentException(flag + " " + text + ": mode is min or max");
      }
      return new Place(ImageReference.parse(reference), mode.equals("max"));
    }
  }
}
