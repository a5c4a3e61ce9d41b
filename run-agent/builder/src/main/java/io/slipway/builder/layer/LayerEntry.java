package io.slipway.builder.layer;

import java.time.Instant;
import java.util.Map;

/**
 * One path of a layer.
 *
 * @param path path from the root of the image, parts joined by {@code /}, none at the beginning or
 *     the end; empty for the root folder itself
 * @param type what it is
 * @param mode permission bits with setuid, setgid and sticky, at most 07777
 * @param uid number of the owner
 * @param gid number of the group
 * @param mtime time of the last change
 * @param size bytes of a file's content; 0 for all else
 * @param linkTarget text of a symbolic link, or path (as above) of the file that a hard link
 *     repeats; empty for all else
 * @param xattrs extended attributes by full name, for example {@code security.capability}; one
 *     character from 0 to 255 for each byte of the value
 */
public record LayerEntry(
    String path,
    Type type,
    int mode,
    long uid,
    long gid,
    Instant mtime,
    long size,
    String linkTarget,
    Map<String, String> xattrs) {

  public enum Type {
    FILE,
    FOLDER,
    SYMLINK,
    HARDLINK,
    FIFO,
    /** Deletes the path of a lower layer. */
    WHITEOUT,
    /** Deletes all that lower layers have in the folder of this path; comes after the folder. */
    OPAQUE
  }

  public LayerEntry {
    path = LayerPath.normal(path);
    xattrs = Map.copyOf(xattrs);
  }

  /** A file; its content goes beside it. */
  public static LayerEntry file(
      String path, int mode, long uid, long gid, Instant mtime, long size) {
    return new LayerEntry(path, Type.FILE, mode, uid, gid, mtime, size, "", Map.of());
  }

  public static LayerEntry folder(String path, int mode, long uid, long gid, Instant mtime) {
    return new LayerEntry(path, Type.FOLDER, mode, uid, gid, mtime, 0, "", Map.of());
  }

  public static LayerEntry symlink(String path, String target, long uid, long gid, Instant mtime) {
    return new LayerEntry(path, Type.SYMLINK, 0777, uid, gid, mtime, 0, target, Map.of());
  }

  /** A further name of a file of the same layer, which must have come before. */
  public static LayerEntry hardlink(String path, LayerEntry file) {
    return new LayerEntry(
        path,
        Type.HARDLINK,
        file.mode(),
        file.uid(),
        file.gid(),
        file.mtime(),
        0,
        file.path(),
        Map.of());
  }

  public static LayerEntry whiteout(String path, Instant mtime) {
    return new LayerEntry(path, Type.WHITEOUT, 0600, 0, 0, mtime, 0, "", Map.of());
  }

  /** Deletes what lower layers have in a folder. */
  public static LayerEntry opaque(String folder, Instant mtime) {
    return new LayerEntry(folder, Type.OPAQUE, 0600, 0, 0, mtime, 0, "", Map.of());
  }

  /** The same at another path. */
  public LayerEntry at(String otherPath) {
    return new LayerEntry(otherPath, type, mode, uid, gid, mtime, size, linkTarget, xattrs);
  }

  /** The same, no younger than a time. */
  public LayerEntry notAfter(Instant latest) {
    return mtime.isAfter(latest)
        ? new LayerEntry(path, type, mode, uid, gid, latest, size, linkTarget, xattrs)
        : this;
  }

  /** The same with another owner. */
  public LayerEntry ownedBy(long otherUid, long otherGid) {
    return new LayerEntry(path, type, mode, otherUid, otherGid, mtime, size, linkTarget, xattrs);
  }

  /** The same with a content of another size, in bytes. */
  public LayerEntry sized(long otherSize) {
    return new LayerEntry(path, type, mode, uid, gid, mtime, otherSize, linkTarget, xattrs);
  }

  /** The same with other permission bits. */
  public LayerEntry withMode(int otherMode) {
    return new LayerEntry(path, type, otherMode, uid, gid, mtime, size, linkTarget, xattrs);
  }

  /** Last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Path of the folder that holds it; empty for the root. */
  public String parent() {
    return LayerPath.parent(path);
  }

  /** How archives of layers mark what was deleted, and the attributes by which overlayfs does. */
  static final class Whiteouts {
    static final String PREFIX = ".wh.";
    static final String OPAQUE = ".wh..wh..opq";
    private static final String RESERVED = ".wh..wh.";

    /**
     * On a folder: {@code y} hides what lower layers have; {@code x} says that marked files are in
     * it.
     */
    static final String OPAQUE_ATTRIBUTE = "user.overlay.opaque";

    /** On an empty file: a whiteout where no device can be made (kernel 6.7 and newer). */
    static final String WHITEOUT_ATTRIBUTE = "user.overlay.whiteout";

    private Whiteouts() {}

    /** Names that an old driver of Docker left in archives; they mean nothing today. */
    static boolean isOldMark(String name) {
      return name.startsWith(RESERVED) && !name.equals(OPAQUE);
    }

    /**
     * Whether an extended attribute is part of what an image says, and not of how a machine keeps
     * it.
     */
    static boolean isKept(String attribute) {
      return attribute.equals("security.capability")
          || (attribute.startsWith("user.") && !attribute.contains("overlay."));
    }
  }
}
