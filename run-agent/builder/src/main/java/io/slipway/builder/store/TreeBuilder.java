package io.slipway.builder.store;

import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerIndex;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.store.ImageTree.TreeNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lays layers over one another. */
final class TreeBuilder {
  private final Map<String, TreeNode> nodes = new HashMap<>();
  private final Map<String, TreeMap<String, TreeNode>> children = new HashMap<>();

  TreeBuilder() {
    put(new TreeNode(LayerEntry.folder("", 0755, 0, 0, Instant.EPOCH), null, ""));
  }

  Map<String, TreeNode> nodes() {
    return nodes;
  }

  Map<String, TreeMap<String, TreeNode>> children() {
    return children;
  }

  /** Lays one layer on top; its whiteouts remove only what lower layers have. */
  void add(StoredImage.StoredLayer layer, LayerIndex index) {
    for (LayerEntry entry : index.entries()) {
      switch (entry.type()) {
        case WHITEOUT -> remove(entry.path());
        case OPAQUE -> List.copyOf(children(entry.path()).values()).forEach(n -> remove(n.path()));
        default -> {}
      }
    }
    Map<String, LayerEntry> files = new HashMap<>();
    for (LayerEntry entry : index.entries()) {
      switch (entry.type()) {
        case WHITEOUT, OPAQUE -> {}
        case FOLDER -> folder(new TreeNode(entry, layer, entry.path()));
        case HARDLINK -> {
          LayerEntry first = files.get(entry.linkTarget());
          if (first != null) {
            files.put(entry.path(), first);
            replace(new TreeNode(first.at(entry.path()), layer, first.path()));
          }
        }
        default -> {
          files.put(entry.path(), entry);
          replace(new TreeNode(entry, layer, entry.path()));
        }
      }
    }
  }

  private void folder(TreeNode node) {
    TreeNode existing = nodes.get(node.path());
    if (existing != null && existing.isFolder()) {
      put(node);
    } else {
      replace(node);
    }
  }

  private void replace(TreeNode node) {
    remove(node.path());
    ensureParents(node.path());
    put(node);
  }

  private void ensureParents(String path) {
    if (path.isEmpty()) {
      return;
    }
    String parent = LayerPath.parent(path);
    TreeNode existing = nodes.get(parent);
    if (existing == null || !existing.isFolder()) {
      replace(new TreeNode(LayerEntry.folder(parent, 0755, 0, 0, Instant.EPOCH), null, parent));
    }
  }

  private void put(TreeNode node) {
    nodes.put(node.path(), node);
    if (!node.path().isEmpty()) {
      children
          .computeIfAbsent(node.entry().parent(), p -> new TreeMap<>())
          .put(node.entry().name(), node);
    }
  }

  private TreeMap<String, TreeNode> children(String path) {
    return children.getOrDefault(path, new TreeMap<>());
  }

  private void remove(String path) {
    TreeNode node = nodes.remove(path);
    if (node == null) {
      return;
    }
    TreeMap<String, TreeNode> siblings = children.get(node.entry().parent());
    if (siblings != null && !path.isEmpty()) {
      siblings.remove(node.entry().name());
    }
    TreeMap<String, TreeNode> below = children.remove(path);
    if (below != null) {
      List.copyOf(below.values()).forEach(child -> remove(child.path()));
    }
  }
}
