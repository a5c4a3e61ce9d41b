package io.slipway.builder.layer;

import com.google.common.io.CountingInputStream;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.LayerEntry.Whiteouts;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the archive of a layer and lets through only what a layer may hold. An archive comes from
 * anybody, so every name is checked: none leaves the root, none is special to overlayfs.
 */
public final class LayerReader {
  private final UnpackLimits limits;

  /** One that refuses layers beyond the limits. */
  public LayerReader(UnpackLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a whole archive, already unzipped, in one pass and to its last byte.
   *
   * @throws MalformedImageException if it holds what no layer may
   * @throws InterruptedIOException if the thread is interrupted
   */
  public void read(InputStream tar, LayerSink sink) throws IOException {
    CountingInputStream counted = new CountingInputStream(tar);
    PaxTarInputStream entries = new PaxTarInputStream(counted);
    EntryBudget budget = new EntryBudget(limits.maxEntryMemory(), "a layer's entries");
    long count = 0;
    long bytes = 0;
    for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
      count++;
      bytes += Math.max(0, entry.getSize());
      checkLimits(count, bytes, entry);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("Interrupted while a layer was unpacked");
      }
      Optional<LayerEntry> read = translate(entry, entries.attributes());
      if (read.isPresent()) {
        budget.add(read.get());
        sink.accept(read.get(), entries);
      }
    }
    drain(counted, bytes + count * 4096);
  }

  private void checkLimits(long count, long bytes, TarArchiveEntry entry)
      throws MalformedImageException {
    if (count > limits.maxEntries()) {
      throw new MalformedImageException("The layer has over " + limits.maxEntries() + " entries");
    }
    if (bytes > limits.maxBytes()) {
      throw new MalformedImageException(
          "The layer unpacks to over " + limits.maxBytes() + " bytes");
    }
    if (entry.getName().length() > limits.maxPathLength()) {
      throw new MalformedImageException(
          "The layer has a path of over " + limits.maxPathLength() + " characters");
    }
  }

  /** Bytes after the end mark belong to the digest, up to a limit. */
  private void drain(CountingInputStream in, long expected) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long most = expected + (64L << 20);
    while (in.read(buffer) > 0) {
      if (in.getCount() > most) {
        throw new MalformedImageException("The layer goes on and on after its end mark");
      }
    }
  }

  private static Optional<LayerEntry> translate(TarArchiveEntry entry, Map<String, String> all)
      throws MalformedImageException {
    String path = path(entry.getName(), "entry");
    String name = path.substring(path.lastIndexOf('/') + 1);
    Instant mtime = mtime(entry);
    if (name.startsWith(Whiteouts.PREFIX)) {
      return whiteout(path, name, mtime);
    }
    rejectWhiteoutParents(path);
    LayerEntry.Type type = type(entry, path);
    if (type == null) {
      return Optional.empty();
    }
    Map<String, String> attributes = new TreeMap<>(all);
    attributes.keySet().removeIf(attribute -> !Whiteouts.isKept(attribute));
    String link =
        switch (type) {
          case SYMLINK -> linkText(entry, path);
          case HARDLINK -> path(entry.getLinkName(), "hard link");
          default -> "";
        };
    long size = type == LayerEntry.Type.FILE ? entry.getSize() : 0;
    return Optional.of(
        new LayerEntry(
            path,
            type,
            entry.getMode() & 07777,
            owner(entry.getLongUserId(), path),
            owner(entry.getLongGroupId(), path),
            mtime,
            size,
            link,
            attributes));
  }

  private static String path(String name, String what) throws MalformedImageException {
    try {
      // Some tools write absolute names; like everywhere they mean the root of the image.
      return LayerPath.normal(name);
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(
          "The layer has a bad " + what + " '" + name + "': " + e.getMessage(), e);
    }
  }

  private static Optional<LayerEntry> whiteout(String path, String name, Instant mtime)
      throws MalformedImageException {
    String folder = LayerPath.parent(path);
    rejectWhiteoutParents(folder);
    if (name.equals(Whiteouts.OPAQUE)) {
      return Optional.of(LayerEntry.opaque(folder, mtime));
    }
    if (Whiteouts.isOldMark(name)) {
      return Optional.empty();
    }
    String gone = name.substring(Whiteouts.PREFIX.length());
    if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
      throw new MalformedImageException("The layer has a bad whiteout '" + path + "'");
    }
    return Optional.of(LayerEntry.whiteout(LayerPath.join(folder, gone), mtime));
  }

  private static void rejectWhiteoutParents(String path) throws MalformedImageException {
    if (path.startsWith(Whiteouts.PREFIX) || path.contains("/" + Whiteouts.PREFIX)) {
      throw new MalformedImageException("The layer has entries below a whiteout: '" + path + "'");
    }
  }

  private static LayerEntry.@Nullable Type type(TarArchiveEntry entry, String path)
      throws MalformedImageException {
    if (entry.isSparse()) {
      throw new MalformedImageException(
          "The layer has the sparse file '" + path + "', which no layer may have");
    }
    if (entry.isSymbolicLink()) {
      return LayerEntry.Type.SYMLINK;
    }
    if (entry.isLink()) {
      return LayerEntry.Type.HARDLINK;
    }
    if (entry.isFIFO()) {
      return LayerEntry.Type.FIFO;
    }
    if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      // Containers get their own /dev, so what an image has there is never seen.
      if (LayerPath.isWithin(path, "dev")) {
        return null;
      }
      throw new MalformedImageException(
          "The layer has the device '" + path + "'; devices are not unpacked");
    }
    if (entry.isDirectory()) {
      return LayerEntry.Type.FOLDER;
    }
    byte flag = entry.getLinkFlag();
    boolean plain = flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM;
    if ((plain || flag == TarConstants.LF_CONTIG) && !path.isEmpty()) {
      return LayerEntry.Type.FILE;
    }
    throw new MalformedImageException(
        "The layer has '" + path + "' of unknown type " + (int) entry.getLinkFlag());
  }

  private static String linkText(TarArchiveEntry entry, String path)
      throws MalformedImageException {
    String text = entry.getLinkName();
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new MalformedImageException("The symbolic link '" + path + "' has no target");
    }
    return text;
  }

  private static long owner(long id, String path) throws MalformedImageException {
    if (id < 0 || id > 0xFFFF_FFFEL) {
      throw new MalformedImageException("'" + path + "' has the owner " + id);
    }
    return id;
  }

  private static Instant mtime(TarArchiveEntry entry) {
    return entry.getLastModifiedTime().toInstant();
  }

  /** Takes the entries of a layer in their order. */
  @FunctionalInterface
  public interface LayerSink {
    /**
     * One entry.
     *
     * @param content bytes of a file, to be read during the call; empty for all else
     */
    void accept(LayerEntry entry, InputStream content) throws IOException;
  }

  /**
   * What a layer may cost at most; a small archive can unpack to more than a disk holds.
   *
   * @param maxBytes bytes of all files of a layer
   * @param maxEntries number of entries of a layer
   * @param maxPathLength characters of one path
   * @param maxEntryMemory bytes of memory of all entries, see {@link EntryBudget}
   */
  public record UnpackLimits(
      long maxBytes, long maxEntries, int maxPathLength, long maxEntryMemory) {
    /** 32 GiB, two million entries, paths of 4096; a sixth of this process's memory. */
    public static final UnpackLimits DEFAULT =
        new UnpackLimits(32L << 30, 2_000_000, 4096, Runtime.getRuntime().maxMemory() / 6);
  }
}
