package io.slipway.builder.layer;

import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.LayerEntry.Whiteouts;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The upper folder of an overlay (mounted with {@code userxattr}), as entries of a layer. */
public final class UpperFolder {
  private static final int FORMAT = 0170000;
  private static final int FILE = 0100000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;
  private static final int FIFO = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int SOCKET = 0140000;

  private final Path root;
  private final Map<String, LayerEntry> linked = new HashMap<>();

  /** The upper folder at a path. */
  public UpperFolder(Path root) {
    this.root = root;
  }

  /**
   * Writes all of it, in the order of the names, so that equal folders give equal archives.
   *
   * @throws MalformedImageException if there is a device, which no layer here can carry
   */
  public void write(LayerArchiveWriter out) throws IOException {
    folder(root, "", out);
  }

  private void folder(Path folder, String path, LayerArchiveWriter out) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while a layer was packed");
    }
    List<Path> children;
    try (Stream<Path> list = Files.list(folder)) {
      children = new ArrayList<>(list.toList());
    }
    children.sort(null);
    for (Path child : children) {
      entry(child, LayerPath.join(path, child.getFileName().toString()), out);
    }
  }

  private void entry(Path file, String path, LayerArchiveWriter out) throws IOException {
    Map<String, Object> about =
        Files.readAttributes(
            file,
            "unix:mode,uid,gid,nlink,ino,dev,rdev,size,lastModifiedTime",
            LinkOption.NOFOLLOW_LINKS);
    int mode = (int) number(about, "mode");
    Instant mtime = mtime(about);
    switch (mode & FORMAT) {
      case FOLDER -> {
        out.add(entry(path, LayerEntry.Type.FOLDER, about, "", attributes(file)));
        if (isOpaque(file)) {
          out.add(LayerEntry.opaque(path, mtime));
        }
        folder(file, path, out);
      }
      case LINK ->
          out.add(
              entry(
                  path,
                  LayerEntry.Type.SYMLINK,
                  about,
                  Files.readSymbolicLink(file).toString(),
                  Map.of()));
      case FILE -> file(file, path, about, out);
      case FIFO -> named(path, LayerEntry.Type.FIFO, about, out);
      case CHARACTER_DEVICE -> {
        if (number(about, "rdev") == 0) {
          out.add(LayerEntry.whiteout(path, mtime));
        } else {
          device(path);
        }
      }
      case SOCKET -> {} // means nothing without the process that listens
      default -> device(path);
    }
  }

  private void file(Path file, String path, Map<String, Object> about, LayerArchiveWriter out)
      throws IOException {
    boolean empty = number(about, "size") == 0;
    if (empty && NativeFiles.attribute(file, Whiteouts.WHITEOUT_ATTRIBUTE).isPresent()) {
      out.add(LayerEntry.whiteout(path, mtime(about)));
      return;
    }
    Optional<LayerEntry> first = firstName(path, about, LayerEntry.Type.FILE, attributes(file));
    if (first.isPresent()) {
      out.add(LayerEntry.hardlink(path, first.get()));
      return;
    }
    LayerEntry entry = entry(path, LayerEntry.Type.FILE, about, "", attributes(file));
    if (empty) {
      out.add(entry);
    } else {
      try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        out.add(entry, content);
      }
    }
  }

  private void named(
      String path, LayerEntry.Type type, Map<String, Object> about, LayerArchiveWriter out)
      throws IOException {
    Optional<LayerEntry> first = firstName(path, about, type, Map.of());
    out.add(
        first.isPresent()
            ? LayerEntry.hardlink(path, first.get())
            : entry(path, type, about, "", Map.of()));
  }

  /** The entry that an inode already has under another name. */
  private Optional<LayerEntry> firstName(
      String path, Map<String, Object> about, LayerEntry.Type type, Map<String, String> xattrs) {
    if (number(about, "nlink") < 2) {
      return Optional.empty();
    }
    String inode = about.get("dev") + ":" + about.get("ino");
    LayerEntry entry = entry(path, type, about, "", xattrs);
    return Optional.ofNullable(linked.putIfAbsent(inode, entry));
  }

  private static void device(String path) throws MalformedImageException {
    if (!LayerPath.isWithin(path, "dev")) {
      throw new MalformedImageException(
          "The step made the device '" + path + "'; an image cannot carry devices");
    }
  }

  private static LayerEntry entry(
      String path,
      LayerEntry.Type type,
      Map<String, Object> about,
      String link,
      Map<String, String> xattrs) {
    return new LayerEntry(
        path,
        type,
        (int) number(about, "mode") & 07777,
        Integer.toUnsignedLong((int) number(about, "uid")),
        Integer.toUnsignedLong((int) number(about, "gid")),
        mtime(about),
        type == LayerEntry.Type.FILE ? number(about, "size") : 0,
        link,
        xattrs);
  }

  private static Instant mtime(Map<String, Object> about) {
    return ((FileTime) Objects.requireNonNull(about.get("lastModifiedTime"))).toInstant();
  }

  private static long number(Map<String, Object> about, String name) {
    return ((Number) Objects.requireNonNull(about.get(name))).longValue();
  }

  private static boolean isOpaque(Path folder) throws IOException {
    return NativeFiles.attribute(folder, Whiteouts.OPAQUE_ATTRIBUTE)
        .filter(value -> new String(value, StandardCharsets.US_ASCII).equals("y"))
        .isPresent();
  }

  private static Map<String, String> attributes(Path file) throws IOException {
    Map<String, String> kept = new TreeMap<>();
    for (String name : NativeFiles.attributes(file)) {
      if (Whiteouts.isKept(name)) {
        NativeFiles.attribute(file, name)
            .ifPresent(value -> kept.put(name, new String(value, StandardCharsets.ISO_8859_1)));
      }
    }
    return kept;
  }
}
