package io.slipway.builder.store;

import com.google.re2j.Pattern;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader.LayerSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image, as its containers would see them, without unpacking it and without any
 * right. Links are followed inside the image only. Unchangeable.
 */
public final class ImageTree {
  private static final Pattern LAST_SLASHES = Pattern.compile("/+$");

  private static final int MOST_LINKS = 255;

  private final LayerFolders folders;
  private final Map<String, TreeNode> nodes;
  private final Map<String, TreeMap<String, TreeNode>> children;

  ImageTree(LayerFolders folders, TreeBuilder builder) {
    this.folders = folders;
    this.nodes = builder.nodes();
    this.children = builder.children();
  }

  /** What a path leads to; all links are followed. */
  public Optional<TreeNode> find(String path) throws MalformedImageException {
    return Optional.ofNullable(nodes.get(resolve(path)));
  }

  /** What is at a path; links in its folders are followed, the last part is not. */
  public Optional<TreeNode> findLink(String path) throws MalformedImageException {
    String trimmed = LAST_SLASHES.matcher(path).replaceFirst("");
    int slash = trimmed.lastIndexOf('/');
    String name = trimmed.substring(slash + 1);
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      return find(path);
    }
    String folder = slash < 0 ? "" : resolve(trimmed.substring(0, slash));
    return Optional.ofNullable(nodes.get(LayerPath.join(folder, name)));
  }

  /**
   * Where a path leads to when all links are followed; parts that do not exist stay as they are. A
   * {@code ..} goes up, but never above the root.
   *
   * @return path in its normal form, without a first slash
   * @throws MalformedImageException if links go round
   */
  public String resolve(String path) throws MalformedImageException {
    Deque<String> todo = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      switch (part) {
        case "", "." -> {}
        case ".." -> at = LayerPath.parent(at);
        default -> {
          String next = LayerPath.join(at, part);
          TreeNode node = nodes.get(next);
          if (node != null && node.entry().type() == LayerEntry.Type.SYMLINK) {
            if (++links > MOST_LINKS) {
              throw new MalformedImageException("Too many links in the path '" + path + "'");
            }
            String target = node.entry().linkTarget();
            at = target.startsWith("/") ? "" : at;
            pushAll(todo, target);
          } else {
            at = next;
          }
        }
      }
    }
    return at;
  }

  private static void pushAll(Deque<String> todo, String target) {
    String[] parts = target.split("/", -1);
    for (int i = parts.length - 1; i >= 0; i--) {
      todo.push(parts[i]);
    }
  }

  /** What is in a folder, by name; empty if it is not a folder. The path must be normal. */
  public List<TreeNode> children(String folder) {
    return List.copyOf(children.getOrDefault(folder, new TreeMap<>()).values());
  }

  /** What is at a normal path and all below it, each folder before what is in it. */
  public List<TreeNode> below(String path) {
    List<TreeNode> found = new ArrayList<>();
    TreeNode start = nodes.get(path);
    if (start != null) {
      collect(start, found);
    }
    return found;
  }

  private void collect(TreeNode node, List<TreeNode> found) {
    found.add(node);
    if (node.isFolder()) {
      children(node.path()).forEach(child -> collect(child, found));
    }
  }

  /**
   * Content of a small file, such as {@code /etc/passwd}.
   *
   * @param limit most bytes to read
   * @return empty if there is no such file
   * @throws IOException if it is larger than the limit
   */
  public Optional<byte[]> read(String path, int limit) throws IOException {
    Optional<TreeNode> node = find(path).filter(TreeNode::isFile);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (node.get().entry().size() > limit) {
      throw new MalformedImageException(
          "'%s' has %s bytes; at most %s are read"
              .formatted(path, node.get().entry().size(), limit));
    }
    List<byte[]> content = new ArrayList<>();
    readAll(List.of(node.get()), (entry, in) -> content.add(in.readNBytes(limit)));
    return content.stream().findFirst();
  }

  /**
   * Reads the content of many files; each layer is read once at most. Files come in the order of
   * the layers and in each layer in a fixed one; entries have the paths that the nodes have.
   */
  public void readAll(Collection<TreeNode> files, LayerSink sink) throws IOException {
    Map<StoredImage.StoredLayer, List<TreeNode>> byLayer = new LinkedHashMap<>();
    for (TreeNode node : files) {
      StoredImage.StoredLayer layer = node.layer();
      if (node.isFile() && layer != null) {
        byLayer.computeIfAbsent(layer, l -> new ArrayList<>()).add(node);
      }
    }
    for (Map.Entry<StoredImage.StoredLayer, List<TreeNode>> part : byLayer.entrySet()) {
      if (folders.has(part.getKey().diffId())) {
        readFolder(folders.files(part.getKey().diffId()), part.getValue(), sink);
      } else {
        readArchive(part.getKey(), part.getValue(), sink);
      }
    }
  }

  private static void readFolder(Path root, List<TreeNode> files, LayerSink sink)
      throws IOException {
    for (TreeNode node : files) {
      try (InputStream content =
          Files.newInputStream(root.resolve(node.contentPath()), LinkOption.NOFOLLOW_LINKS)) {
        sink.accept(node.entry(), content);
      }
    }
  }

  private void readArchive(StoredImage.StoredLayer layer, List<TreeNode> files, LayerSink sink)
      throws IOException {
    Map<String, List<TreeNode>> wanted = new HashMap<>();
    files.forEach(
        node -> wanted.computeIfAbsent(node.contentPath(), p -> new ArrayList<>()).add(node));
    folders.read(
        layer,
        (entry, content) -> {
          @Nullable List<TreeNode> nodesOfFile =
              entry.type() == LayerEntry.Type.FILE ? wanted.get(entry.path()) : null;
          if (nodesOfFile == null) {
            return;
          }
          if (nodesOfFile.size() == 1) {
            sink.accept(nodesOfFile.getFirst().entry(), content);
          } else {
            copies(nodesOfFile, content, sink);
          }
        });
  }

  /** Several names of one file: the archive gives its bytes once only. */
  private void copies(List<TreeNode> names, InputStream content, LayerSink sink)
      throws IOException {
    Path copy = folders.newScratchFile();
    try {
      Files.copy(content, copy);
      for (TreeNode name : names) {
        try (InputStream in = Files.newInputStream(copy)) {
          sink.accept(name.entry(), in);
        }
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /**
   * A path as a container of the image would see it.
   *
   * @param entry what it is; further names of a file are shown as files
   * @param layer the layer that it comes from; null for a folder that no layer names
   * @param contentPath path of the file in that layer that has the content; the same for all names
   *     of one file
   */
  public record TreeNode(
      LayerEntry entry, StoredImage.@Nullable StoredLayer layer, String contentPath) {
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
}
