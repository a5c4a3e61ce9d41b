package io.slipway.builder.layer;

import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.LayerEntry.Whiteouts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Unpacks one layer into an empty folder that nothing else touches, in the form in which overlayfs
 * (mounted with {@code userxattr}) takes it as a lower layer.
 *
 * <p>Nothing is ever written through a symbolic link: each parent must be a real folder. Needs
 * root, or a user namespace whose root this process is; then owners that the namespace lacks are
 * dropped and {@link #ownershipExact()} tells it.
 */
public final class LayerUnpacker implements LayerReader.LayerSink {
  private static final int NEW_FOLDER = 0755;

  private final Path root;
  private final int ownUid;
  private final int ownGid;
  private final Set<String> realFolders = new HashSet<>();
  private final Set<String> whiteouts = new HashSet<>();
  private final Map<String, LayerEntry> folders = new LinkedHashMap<>();
  private final byte[] buffer = new byte[1 << 16];
  private boolean ownershipExact = true;
  private long bytes;

  /** For a folder, which must exist and be empty. */
  public LayerUnpacker(Path root) throws IOException {
    this.root = root;
    this.ownUid = (int) Files.getAttribute(root, "unix:uid");
    this.ownGid = (int) Files.getAttribute(root, "unix:gid");
    realFolders.add("");
  }

  /** Whether every file got the owner that the layer names. */
  public boolean ownershipExact() {
    return ownershipExact;
  }

  /** Bytes of all files so far, and a block for each name. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void accept(LayerEntry entry, InputStream content) throws IOException {
    bytes += entry.size() + 512;
    Path target = locate(entry.path());
    switch (entry.type()) {
      case FOLDER -> folder(entry, target);
      case FILE -> file(entry, target, content);
      case SYMLINK -> symlink(entry, target);
      case HARDLINK -> hardlink(entry, target);
      case FIFO -> {
        clear(entry.path(), target);
        NativeFiles.makeFifo(target);
        attributes(entry, target);
      }
      case WHITEOUT -> whiteout(entry.path(), target);
      case OPAQUE -> {
        ensureFolder(entry.path(), target);
        mark(target, Whiteouts.OPAQUE_ATTRIBUTE, "y");
      }
    }
  }

  /** Sets what may be set only after the last entry: times and rights of folders. */
  public void finish() throws IOException {
    List<LayerEntry> deepestFirst = new ArrayList<>(folders.values());
    deepestFirst.sort((a, b) -> b.path().compareTo(a.path()));
    for (LayerEntry folder : deepestFirst) {
      attributes(folder, locate(folder.path()));
    }
  }

  private void folder(LayerEntry entry, Path target) throws IOException {
    if (!entry.path().isEmpty()) {
      parent(entry.path());
      if (!isFolder(target)) {
        if (!whiteouts.contains(entry.path())) {
          clear(entry.path(), target);
        }
        makeFolder(entry.path(), target);
      }
      realFolders.add(entry.path());
    }
    folders.put(entry.path(), entry);
  }

  private void file(LayerEntry entry, Path target, InputStream content) throws IOException {
    clear(entry.path(), target);
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = content.read(buffer); count > 0; count = content.read(buffer)) {
        out.write(buffer, 0, count);
      }
    }
    attributes(entry, target);
  }

  private void symlink(LayerEntry entry, Path target) throws IOException {
    clear(entry.path(), target);
    try {
      Files.createSymbolicLink(target, Path.of(entry.linkTarget()));
    } catch (InvalidPathException e) {
      throw unfitName(entry.linkTarget(), e);
    }
    attributes(entry, target);
  }

  private void hardlink(LayerEntry entry, Path target) throws IOException {
    Path source = locate(entry.linkTarget());
    requireRealParents(entry.linkTarget());
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new MalformedImageException(
          "The hard link '%s' repeats '%s', which is not in the layer before it"
              .formatted(entry.path(), entry.linkTarget()),
          e);
    }
    if (attributes.isDirectory()) {
      throw new MalformedImageException("The hard link '" + entry.path() + "' repeats a folder");
    }
    if (entry.path().equals(entry.linkTarget())) {
      throw new MalformedImageException("The hard link '" + entry.path() + "' repeats itself");
    }
    clear(entry.path(), target);
    Files.createLink(target, source);
  }

  private void whiteout(String path, Path target) throws IOException {
    Path folder = locate(LayerPath.parent(path));
    parent(path);
    if (isFolder(target)) {
      // It means the lower layers' folder; this layer's own stays and hides that one.
      mark(target, Whiteouts.OPAQUE_ATTRIBUTE, "y");
      return;
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    whiteouts.add(path);
    try {
      NativeFiles.makeWhiteout(target);
    } catch (NativeFiles.NativeException e) {
      if (e.errno() != NativeFiles.EPERM) {
        throw e;
      }
      // The other form that overlayfs knows, where devices cannot be made.
      Files.createFile(target);
      mark(target, Whiteouts.WHITEOUT_ATTRIBUTE, "y");
      if (NativeFiles.attribute(folder, Whiteouts.OPAQUE_ATTRIBUTE).isEmpty()) {
        mark(folder, Whiteouts.OPAQUE_ATTRIBUTE, "x");
      }
    }
  }

  private static void mark(Path path, String attribute, String value) throws IOException {
    NativeFiles.setAttribute(path, attribute, value.getBytes(StandardCharsets.US_ASCII));
  }

  private void attributes(LayerEntry entry, Path target) throws IOException {
    if (entry.uid() != ownUid || entry.gid() != ownGid) {
      owner(entry, target);
    }
    if (entry.type() != LayerEntry.Type.SYMLINK) {
      // After the owner, since changing it clears setuid and setgid.
      NativeFiles.chmod(target, entry.mode());
    }
    for (Map.Entry<String, String> attribute : entry.xattrs().entrySet()) {
      extended(target, attribute.getKey(), attribute.getValue());
    }
    NativeFiles.setTime(target, entry.mtime());
  }

  private void owner(LayerEntry entry, Path target) throws IOException {
    try {
      NativeFiles.chown(target, entry.uid(), entry.gid());
    } catch (NativeFiles.NativeException e) {
      if (e.errno() != NativeFiles.EINVAL && e.errno() != NativeFiles.EPERM) {
        throw e;
      }
      ownershipExact = false;
    }
  }

  private void extended(Path target, String name, String value) throws IOException {
    try {
      NativeFiles.setAttribute(target, name, value.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NativeFiles.NativeException e) {
      if (e.errno() != NativeFiles.EPERM) {
        throw e;
      }
      // Capabilities of a wider namespace, or user attributes on a link: as with owners.
      ownershipExact = false;
    }
  }

  /** Makes sure that the parents are real folders and the place is free. */
  private void clear(String path, Path target) throws IOException {
    if (path.isEmpty()) {
      throw new MalformedImageException("The root of the layer is not a directory");
    }
    parent(path);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      deleteTree(target);
      whiteouts.remove(path);
      String below = path + "/";
      realFolders.removeIf(folder -> folder.equals(path) || folder.startsWith(below));
      folders.keySet().removeIf(folder -> folder.equals(path) || folder.startsWith(below));
    }
  }

  private void parent(String path) throws IOException {
    String parent = LayerPath.parent(path);
    if (!realFolders.contains(parent)) {
      ensureFolder(parent, locate(parent));
    }
  }

  private void ensureFolder(String path, Path target) throws IOException {
    if (realFolders.contains(path)) {
      return;
    }
    parent(path);
    if (whiteouts.contains(path) || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      makeFolder(path, target);
    } else if (!isFolder(target)) {
      throw new MalformedImageException(
          "The layer has entries below '" + path + "', which is a link or a file, not a directory");
    }
    realFolders.add(path);
  }

  private void requireRealParents(String path) throws MalformedImageException {
    if (!realFolders.contains(LayerPath.parent(path))) {
      throw new MalformedImageException(
          "A hard link of the layer repeats '" + path + "', which is in no folder of the layer");
    }
  }

  private void makeFolder(String path, Path target) throws IOException {
    boolean replaces = whiteouts.remove(path);
    if (replaces) {
      Files.delete(target);
    }
    Files.createDirectory(target);
    NativeFiles.chmod(target, NEW_FOLDER);
    realFolders.add(path);
    if (replaces) {
      mark(target, Whiteouts.OPAQUE_ATTRIBUTE, "y");
    }
  }

  private static boolean isFolder(Path target) {
    return Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
  }

  private Path locate(String path) throws MalformedImageException {
    try {
      return path.isEmpty() ? root : root.resolve(path);
    } catch (InvalidPathException e) {
      throw unfitName(path, e);
    }
  }

  private static MalformedImageException unfitName(String name, InvalidPathException cause) {
    return new MalformedImageException(
        "The layer has the name '"
            + name
            + "', which this process cannot write; start it in a "
            + "locale with UTF-8, for example with LC_ALL=C.UTF-8",
        cause);
  }

  private static void deleteTree(Path path) throws IOException {
    if (isFolder(path)) {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(path)) {
        all = new ArrayList<>(walk.toList());
      }
      for (Path each : all.reversed()) {
        Files.delete(each);
      }
    } else {
      Files.delete(path);
    }
  }
}
