package io.slipway.taskfile.image;

import java.util.List;
import java.util.Optional;

/** Digests of an image in repositories, as Docker lists them: {@code repository@sha256:…}. */
public final class RepoDigests {
  private RepoDigests() {}

  /**
   * The digest in the repository of an image; an image that was built and not pushed has none.
   *
   * @param listed what Docker lists
   * @param image the image
   */
  public static Optional<String> select(List<String> listed, ImageReference image) {
    String canonical = image.registry() + "/" + image.repository();
    String hub =
        image.registry().equals(ImageReference.DOCKER_HUB)
            ? image.repository().replaceFirst("^library/", "")
            : canonical;
    return listed.stream()
        .filter(entry -> entry.startsWith(canonical + "@") || entry.startsWith(hub + "@"))
        .map(entry -> entry.substring(entry.indexOf('@') + 1))
        .findFirst();
  }
}
