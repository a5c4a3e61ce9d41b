package io.slipway.agent.conformance;

import io.slipway.taskfile.image.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * An image as the document of dependencies lists it.
 *
 * @param registry its registry; Docker Hub has its old name here
 * @param repository its repository
 * @param tag its tag; null if it is named by its digest
 * @param digest its digest; empty as long as it is not known
 * @param reference its name as written, with its tag
 */
public record ListedImage(
    String registry, String repository, @Nullable String tag, String digest, String reference) {
  /** Docker Hub, where a name says no registry. */
  public static final String HUB = "registry.hub.docker.com";

  /**
   * From a name as it was written.
   *
   * @throws IllegalArgumentException if it is not a valid image name
   */
  public static ListedImage of(String name) {
    ImageReference image = ImageReference.of(name);
    boolean complete = image.tag() != null || image.digest() != null;
    return listed(image, image.registry(), complete ? name : name + ":latest", name);
  }

  /** From a name whose text is not known any more. */
  public static ListedImage of(ImageReference image) {
    return listed(image, image.registry(), image.familiar(), image.familiar());
  }

  private static ListedImage listed(
      ImageReference image, String registry, String reference, String written) {
    boolean named = written.startsWith(ImageReference.DOCKER_HUB + "/");
    String digest = image.digest();
    String tag = image.tag();
    return new ListedImage(
        registry.equals(ImageReference.DOCKER_HUB) && !named ? HUB : registry,
        image.repository(),
        digest != null ? null : tag == null ? "latest" : tag,
        digest == null ? "" : digest,
        reference);
  }

  /** Whether another name means the same image. */
  public boolean isSame(ListedImage other) {
    return key().equals(other.key());
  }

  private String key() {
    String host = registry.equals(HUB) ? ImageReference.DOCKER_HUB : registry;
    return host + "/" + repository + (tag == null ? "@" + digest : ":" + tag);
  }
}
