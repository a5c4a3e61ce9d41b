package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.Dockerignore;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.store.ImageTree;
import io.slipway.builder.store.ImageTree.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code COPY} or {@code ADD} puts where: entries by their path in the image. Nothing is
 * read before it is known that the layer has to be made.
 */
final class CopyPlan {
  private record Copied(
      LayerEntry target, @Nullable FileSource from, @Nullable LayerEntry source) {}

  private final ImageTree image;
  private final ImageTree below;
  private final CopyOptions options;
  private final Instant now;
  private final Dockerignore exclude;
  private final TreeMap<String, Copied> entries = new TreeMap<>();

  /** What is known of the content of files, by their path in the image. */
  private final Map<String, String> contents = new HashMap<>();

  CopyPlan(ImageTree image, CopyOptions options, Instant now) {
    this(image, image, options, now);
  }

  /**
   * A plan for a layer that goes over any image, {@code --link}: nothing in the way of what is
   * copied is followed or asked for.
   *
   * @param image an empty one
   * @param below where it goes; its folders stay as they are
   */
  CopyPlan(ImageTree image, ImageTree below, CopyOptions options, Instant now) {
    this.image = image;
    this.below = below;
    this.options = options;
    this.now = now;
    this.exclude = Dockerignore.parse(String.join("\n", options.exclude()));
  }

  /**
   * Adds a source.
   *
   * @param path path in the source, not resolved
   * @param destination absolute folder or file in the image
   * @param intoFolder whether the destination is a folder even if it does not exist
   */
  void add(FileSource source, String path, String destination, boolean intoFolder)
      throws IOException {
    String real = source.resolve(path);
    LayerEntry entry =
        real.isEmpty()
            ? LayerEntry.folder("", 0755, 0, 0, now)
            : source.find(real).orElseThrow(() -> new IOException("'" + path + "' not found"));
    String base = image.resolve(destination);
    if (entry.type() == LayerEntry.Type.FOLDER) {
      if (!isFolder(base)) {
        requirePlace(source, entry, base);
        folders(LayerPath.parent(base));
        // As in Docker, its own mode is not copied and --chmod does not apply to it.
        putFolder(LayerEntry.folder(base, 0755, entry.uid(), entry.gid(), entry.mtime()));
      }
      contents(source, entry, base, "");
    } else {
      boolean folder = intoFolder || isFolder(base);
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (exclude.excludes(name) || exclude.excludes(path)) {
        return;
      }
      String target = folder ? LayerPath.join(base, name) : base;
      folders(LayerPath.parent(target));
      requirePlace(source, entry, target);
      put(owned(entry.at(target)), source, entry);
    }
  }

  /** As in BuildKit neither takes the other's place; what an archive holds does, as in tar. */
  private void requirePlace(FileSource source, LayerEntry entry, String place) throws IOException {
    Optional<TreeNode> there = image.findLink("/" + place);
    boolean folder = entry.type() == LayerEntry.Type.FOLDER;
    boolean isLink = there.map(n -> n.entry().type() == LayerEntry.Type.SYMLINK).orElse(true);
    if (!isLink && there.get().isFolder() != folder && !(source instanceof ArchiveFiles)) {
      throw new IOException(
          "'/%s' is a %s in the image, and a %s cannot take its place"
              .formatted(place, folder ? "file" : "folder", folder ? "folder" : "file"));
    }
  }

  /** Where a file of that name goes: into the destination if that is a folder. */
  String place(String destination, boolean intoFolder, String name) throws IOException {
    String base = image.resolve(destination);
    return intoFolder || isFolder(base) ? LayerPath.join(base, name) : base;
  }

  /** Adds a file whose content is given. */
  void add(LayerEntry file, FileSource content) throws IOException {
    folders(file.parent());
    put(owned(file), content, file);
  }

  /**
   * Adds a source with the folders that it lies in.
   *
   * @param root folder of the source that is not one of them
   * @param kept path from there, of which no link is followed
   */
  void addWithParents(FileSource source, String root, String kept, String destination)
      throws IOException {
    String from = source.resolve(root);
    LayerEntry entry =
        source
            .find(LayerPath.join(from, kept))
            .orElseThrow(() -> new IOException("'" + kept + "' not found"));
    if (exclude.excludes(kept) && entry.type() != LayerEntry.Type.FOLDER) {
      return;
    }
    String target = image.resolve(destination);
    for (String part : kept.split("/")) {
      from = LayerPath.join(from, part);
      target = LayerPath.join(target, part);
      LayerEntry each = source.find(from).orElse(entry);
      if (each.type() != LayerEntry.Type.FOLDER) {
        folders(LayerPath.parent(target));
        put(owned(each.at(target)), source, each);
      } else if (isFolder(target)) {
        target = image.resolve(target);
      } else {
        folders(LayerPath.parent(target));
        put(owned(each.at(target)), null, null);
      }
    }
    if (entry.type() == LayerEntry.Type.FOLDER) {
      contents(source, entry, target, kept);
    }
  }

  /** Copies what is in a folder; patterns of what stays out are about paths within it. */
  private void contents(FileSource source, LayerEntry folder, String target, String shown)
      throws IOException {
    for (LayerEntry child : source.children(folder.path())) {
      String path = LayerPath.join(shown, child.name());
      boolean excluded = exclude.excludes(path);
      if (excluded && !(exclude.takesBack() && child.type() == LayerEntry.Type.FOLDER)) {
        continue;
      }
      String place = LayerPath.join(target, child.name());
      requirePlace(source, child, place);
      if (child.type() == LayerEntry.Type.FOLDER) {
        Optional<TreeNode> there = image.findLink("/" + place);
        if (there.isPresent() && there.get().entry().type() == LayerEntry.Type.SYMLINK) {
          place = image.resolve("/" + place);
        }
        boolean onlyHolds =
            excluded || source instanceof ContextFiles context && context.isExcluded(child.path());
        if (!onlyHolds) {
          put(owned(child.at(place)), null, null);
        }
        contents(source, child, place, path);
      } else {
        folders(target);
        put(owned(child.at(place)), source, child);
      }
    }
  }

  private LayerEntry named(LayerEntry entry) {
    CopyOptions.Owner owner = options.owner();
    return owner == null ? entry : entry.ownedBy(owner.uid(), owner.gid());
  }

  private LayerEntry owned(LayerEntry entry) {
    LayerEntry result = named(entry);
    ModeChange mode = options.mode();
    boolean folder = entry.type() == LayerEntry.Type.FOLDER;
    return mode == null || entry.type() == LayerEntry.Type.SYMLINK
        ? result
        : result.withMode(mode.apply(entry.mode(), folder));
  }

  /** Whether a path without links is a folder of the image, or will be. */
  private boolean isFolder(String path) throws IOException {
    if (path.isEmpty()) {
      return true;
    }
    Copied planned = entries.get(path);
    if (planned != null) {
      return planned.target().type() == LayerEntry.Type.FOLDER;
    }
    return image.find("/" + path).map(TreeNode::isFolder).orElse(false);
  }

  /** Makes folders that are missing, up to the root. */
  private void folders(String path) throws IOException {
    if (path.isEmpty() || isFolder(path)) {
      return;
    }
    folders(LayerPath.parent(path));
    putFolder(LayerEntry.folder(path, 0755, 0, 0, now));
  }

  private void putFolder(LayerEntry made) throws IOException {
    Optional<TreeNode> there = below.findLink("/" + made.path()).filter(TreeNode::isFolder);
    put(there.map(TreeNode::entry).orElse(named(made)), null, null);
  }

  private void put(LayerEntry target, @Nullable FileSource from, @Nullable LayerEntry source) {
    entries.put(target.path(), new Copied(target, from, source));
  }

  /**
   * Digest of all that the layer will hold, without times, as in Docker; after {@link #write}, of
   * all that it does hold.
   */
  String key() throws IOException {
    readContents();
    CacheKey key = CacheKey.of("files");
    for (Copied each : entries.values()) {
      LayerEntry entry = each.target();
      key.with(entry.path())
          .with(entry.type().name())
          .with(entry.mode() + " " + entry.uid() + ":" + entry.gid())
          .with(entry.linkTarget())
          .with(entry.xattrs());
      key.with(contents.getOrDefault(entry.path(), ""));
    }
    return key.done();
  }

  private void readContents() throws IOException {
    Map<FileSource, Map<String, LayerEntry>> unread = new HashMap<>();
    for (Copied each : entries.values()) {
      FileSource from = each.from();
      LayerEntry source = each.source();
      if (from == null || source == null || source.type() != LayerEntry.Type.FILE) {
        continue;
      }
      if (from.mayChange()) {
        unread.computeIfAbsent(from, s -> new TreeMap<>()).put(each.target().path(), source);
      } else {
        contents.put(each.target().path(), from.contentKey(source));
      }
    }
    for (Map.Entry<FileSource, Map<String, LayerEntry>> each : unread.entrySet()) {
      each.getValue().keySet().removeAll(contents.keySet());
      Map<String, String> digests = new HashMap<>();
      each.getKey()
          .readAll(
              each.getValue().values(), (entry, in) -> digests.put(entry.path(), Sha256.of(in)));
      each.getValue()
          .forEach((path, source) ->
              contents.put(path, Objects.requireNonNull(digests.get(source.path()))));
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Writes the layer: folders first, then links, then files as their source gives them. */
  void write(LayerSink layer) throws IOException {
    Map<FileSource, Map<String, List<Copied>>> bySource = new HashMap<>();
    for (LayerEntry folder : folders().values()) {
      layer.accept(folder, InputStream.nullInputStream());
    }
    for (Copied each : entries.values()) {
      LayerEntry source = each.source();
      FileSource from = each.from();
      if (each.target().type() == LayerEntry.Type.FILE && from != null && source != null) {
        bySource
            .computeIfAbsent(from, s -> new TreeMap<>())
            .computeIfAbsent(from.identity(source), one -> new ArrayList<>())
            .add(each);
      } else if (each.target().type() != LayerEntry.Type.FOLDER) {
        layer.accept(each.target(), InputStream.nullInputStream());
      }
    }
    for (Map.Entry<FileSource, Map<String, List<Copied>>> part : bySource.entrySet()) {
      write(layer, part.getKey(), part.getValue().values());
    }
  }

  /**
   * All folders of the layer, those of the image above what is copied as they are: where a layer
   * does not name them, containers over it would find root's in their place.
   */
  private TreeMap<String, LayerEntry> folders() throws IOException {
    TreeMap<String, LayerEntry> folders = new TreeMap<>();
    for (Copied each : entries.values()) {
      LayerEntry entry = each.target();
      if (entry.type() == LayerEntry.Type.FOLDER) {
        folders.put(entry.path(), entry);
      }
      String above = LayerPath.parent(entry.path());
      while (!above.isEmpty() && !entries.containsKey(above) && !folders.containsKey(above)) {
        Optional<TreeNode> there = image.findLink("/" + above).filter(TreeNode::isFolder);
        if (there.isPresent()) {
          folders.put(above, there.get().entry());
        }
        above = LayerPath.parent(above);
      }
    }
    return folders;
  }

  /** Each file once, its further names as hard links. */
  private void write(LayerSink layer, FileSource from, Collection<List<Copied>> namesOfEach)
      throws IOException {
    Map<String, List<Copied>> bySource = new TreeMap<>();
    List<LayerEntry> sources = new ArrayList<>();
    for (List<Copied> names : namesOfEach) {
      LayerEntry source = Objects.requireNonNull(names.getFirst().source());
      bySource.put(source.path(), names);
      sources.add(source);
    }
    from.readAll(
        sources,
        (entry, content) -> {
          List<Copied> names = bySource.getOrDefault(entry.path(), List.of());
          LayerEntry first = names.getFirst().target();
          if (from.mayChange()) {
            MessageDigest digest = Sha256.start();
            layer.accept(first.sized(entry.size()), new DigestInputStream(content, digest));
            String written = Sha256.finish(digest);
            names.forEach(name -> contents.put(name.target().path(), written));
          } else {
            layer.accept(first.sized(entry.size()), content);
          }
          for (Copied other : names.subList(1, names.size())) {
            layer.accept(
                LayerEntry.hardlink(other.target().path(), first), InputStream.nullInputStream());
          }
        });
  }

  /**
   * How {@code COPY} and {@code ADD} copy.
   *
   * @param owner owner of all that is copied, or null to keep the source's
   * @param mode what becomes of the permission bits of all that is copied, or null to keep them
   * @param exclude patterns of what is left out
   */
  record CopyOptions(@Nullable Owner owner, @Nullable ModeChange mode, List<String> exclude) {
    /** Numbers of a user and a group. */
    record Owner(long uid, long gid) {}
  }
}
