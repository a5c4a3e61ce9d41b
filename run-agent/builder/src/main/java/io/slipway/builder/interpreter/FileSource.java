package io.slipway.builder.interpreter;

import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.store.ImageTree;
import io.slipway.builder.store.ImageTree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Files that are copied from: the build context, a stage or an image. Paths are normal, without a
 * first slash; links lead nowhere outside.
 */
interface FileSource {
  /** Where a path leads to when all links are followed. */
  String resolve(String path) throws IOException;

  /** What is at a path; no link is followed. */
  Optional<LayerEntry> find(String path) throws IOException;

  /** What is in a folder, by name. */
  List<LayerEntry> children(String folder) throws IOException;

  /** Something that changes when the content of a file does. */
  String contentKey(LayerEntry file) throws IOException;

  /** Whether others may write to the files meanwhile: what counts is what is read in the end. */
  default boolean mayChange() {
    return false;
  }

  /** The same for all names of one file, which are hard links, and for no other file. */
  String identity(LayerEntry file) throws IOException;

  /** Reads files, in any order; entries as given, one for each identity. */
  void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException;

  /** The files of an image, not unpacked. */
  record TreeFiles(ImageTree tree) implements FileSource {
    @Override
    public String resolve(String path) throws IOException {
      return tree.resolve(path);
    }

    @Override
    public Optional<LayerEntry> find(String path) throws IOException {
      return tree.findLink(path).map(TreeNode::entry);
    }

    @Override
    public List<LayerEntry> children(String folder) {
      return tree.children(folder).stream().map(TreeNode::entry).toList();
    }

    @Override
    public String contentKey(LayerEntry file) throws IOException {
      TreeNode node = node(file);
      return (node.layer() == null ? "" : node.layer().diffId()) + " " + node.contentPath();
    }

    @Override
    public String identity(LayerEntry file) throws IOException {
      return contentKey(file);
    }

    private TreeNode node(LayerEntry file) throws IOException {
      return tree.findLink(file.path())
          .orElseThrow(() -> new IOException("'" + file.path() + "' no longer exists"));
    }

    @Override
    public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
      List<TreeNode> nodes = new ArrayList<>();
      for (LayerEntry file : files) {
        nodes.add(node(file));
      }
      tree.readAll(nodes, sink);
    }
  }
}
