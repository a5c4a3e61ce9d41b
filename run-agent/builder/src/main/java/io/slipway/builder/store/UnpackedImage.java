package io.slipway.builder.store;

import java.nio.file.Path;
import java.util.List;

/**
 * Layers as folders, ready for overlayfs mounted with {@code userxattr}. A layer that an image has
 * twice is here once, in its upper place: overlayfs takes no folder twice, and the outcome is the
 * same.
 *
 * @param folders one per layer, the lowest first; never to be written to
 * @param links folder with a short name for each of them; all options of a mount must fit in a page
 * @param names the short names in {@code links}, in the order of the folders
 * @param ownershipExact whether every file has the owner that its layer says; false where this
 *     process may not give files away, for example in a user namespace with one user only
 */
public record UnpackedImage(
    List<Path> folders, Path links, List<String> names, boolean ownershipExact) {
  public UnpackedImage {
    folders = List.copyOf(folders);
    names = List.copyOf(names);
  }

  /**
   * Value of {@code lowerdir}, the top first, for a mount that is made with {@link #links()} as the
   * working directory.
   */
  public String lowerDirs() {
    return String.join(":", names.reversed());
  }
}
