package io.slipway.builder.store;

import io.slipway.builder.layer.LayerEntry;
import org.jspecify.annotations.Nullable;

/**
 * A path as a container of the image would see it.
 *
 * @param entry what it is; further names of a file are shown as files
 * @param layer the layer that it comes from; null for a folder that no layer names
 * @param contentPath path of the file in that layer that has the content; the same for all names of
 *     one file
 */
public record TreeNode(LayerEntry entry, @Nullable StoredLayer layer, String contentPath) {
  /** Its path. */
  public String path() {
    return entry.path();
  }

  /** Whether it is a folder. */
  public boolean isFolder() {
    return entry.type() == LayerEntry.Type.FOLDER;
  }

  /** Whether it is a file with content. */
  public boolean isFile() {
    return entry.type() == LayerEntry.Type.FILE;
  }
}
