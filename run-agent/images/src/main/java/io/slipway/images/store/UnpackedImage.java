package io.slipway.images.store;

import java.nio.file.Path;
import java.util.List;

/**
 * Layers as folders, ready for overlayfs mounted with {@code userxattr}.
 *
 * @param folders one per layer, the lowest first (overlayfs' {@code lowerdir} wants the top first);
 *     never to be written to
 * @param ownershipExact whether every file has the owner that its layer says; false where this process
 *     may not give files away, for example in a user namespace with one user only
 */
public record UnpackedImage(List<Path> folders, boolean ownershipExact) {
  public UnpackedImage {
    folders = List.copyOf(folders);
  }
}
