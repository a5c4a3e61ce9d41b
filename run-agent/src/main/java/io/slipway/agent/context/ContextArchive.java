package io.slipway.agent.context;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/**
 * Unpacks a tar archive, compressed or not, that a stranger made: nothing is written outside the
 * folder, through links or by name, no devices, and no more than fits.
 */
final class ContextArchive {
  private static final long MOST_BYTES = 4L << 30;
  private static final int MOST_ENTRIES = 200_000;

  private final Path root;
  private final long mostBytes;
  private final int mostEntries;
  private long bytes;
  private int entries;

  private ContextArchive(Path root, long mostBytes, int mostEntries) {
    this.root = root;
    this.mostBytes = mostBytes;
    this.mostEntries = mostEntries;
  }

  /** Unpacks into a folder; a text that is no archive unpacks nothing. */
  static void unpack(InputStream archive, Path folder) throws IOException, ContextException {
    unpack(archive, folder, MOST_BYTES, MOST_ENTRIES);
  }

  static void unpack(InputStream archive, Path folder, long mostBytes, int mostEntries)
      throws IOException, ContextException {
    Files.createDirectories(folder);
    new ContextArchive(folder.toRealPath(), mostBytes, mostEntries).read(archive);
  }

  private void read(InputStream archive) throws IOException, ContextException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(plain(archive), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++entries > mostEntries) {
          throw new ContextException("the archive has more than " + mostEntries + " entries");
        }
        unpack(entry, tar);
      }
    } catch (IllegalArgumentException malformed) {
      throw new ContextException("the archive is malformed: " + malformed.getMessage(), malformed);
    }
  }

  private static InputStream plain(InputStream archive) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(archive, 1 << 16);
    try {
      String format = CompressorStreamFactory.detect(buffered);
      return new BufferedInputStream(
          new CompressorStreamFactory(true, 64 * 1024).createCompressorInputStream(format, buffered),
          1 << 16);
    } catch (CompressorException notCompressed) {
      return buffered;
    }
  }

  private void unpack(TarArchiveEntry entry, InputStream content)
      throws IOException, ContextException {
    Path path = path(entry.getName());
    if (path.equals(root)) {
      return;
    }
    makeParents(path);
    if (entry.isDirectory()) {
      makeFolder(path);
    } else if (entry.isSymbolicLink()) {
      link(path, entry.getLinkName());
    } else if (entry.isLink()) {
      hardLink(path, path(entry.getLinkName()));
    } else if (entry.isFile()) {
      write(path, entry, content);
    } else {
      throw new ContextException(
          "the archive has '" + entry.getName() + "', which is neither file, folder nor link");
    }
  }

  private Path path(String name) throws ContextException {
    Path path = root.resolve(name.replaceFirst("^(\\./+)+", "")).normalize();
    if (name.startsWith("/") || name.indexOf('\0') >= 0 || !path.startsWith(root)) {
      throw new ContextException("the archive has '" + name + "', which leads out of its folder");
    }
    return path;
  }

  /** Each folder on the way is one, not a link to one. */
  private void makeParents(Path path) throws IOException, ContextException {
    Path parent = root;
    for (Path part : root.relativize(path.getParent())) {
      parent = parent.resolve(part);
      if (!part.toString().isEmpty()) {
        makeFolder(parent);
      }
    }
  }

  private void makeFolder(Path folder) throws IOException, ContextException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException there) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new ContextException(
            "the archive writes through '" + root.relativize(folder) + "', which is no folder");
      }
    }
  }

  /** A link may point anywhere inside; nothing is ever written through it. */
  private void link(Path path, String target) throws IOException, ContextException {
    Path leadsTo = path.resolveSibling(target).normalize();
    if (target.startsWith("/") || !leadsTo.startsWith(root)) {
      throw new ContextException(
          "the archive has the link '"
              + root.relativize(path)
              + "' to '"
              + target
              + "', which leads out of its folder");
    }
    Files.deleteIfExists(path);
    Files.createSymbolicLink(path, Path.of(target));
  }

  private void hardLink(Path path, Path target) throws IOException, ContextException {
    for (Path at = target; !at.equals(root); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw new ContextException(
            "the archive links '" + root.relativize(path) + "' through a link");
      }
    }
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ContextException(
          "the archive links '" + root.relativize(path) + "' to what is not there");
    }
    Files.deleteIfExists(path);
    Files.createLink(path, target);
  }

  private void write(Path path, TarArchiveEntry entry, InputStream content)
      throws IOException, ContextException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
    }
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        bytes += read;
        if (bytes > mostBytes) {
          throw new ContextException(
              "the archive unpacks to more than " + mostBytes + " bytes");
        }
        out.write(buffer, 0, read);
      }
    }
    Files.setPosixFilePermissions(path, permissions(entry.getMode()));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    PosixFilePermission[] inOrder = PosixFilePermission.values();
    for (int i = 0; i < inOrder.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(inOrder[i]);
      }
    }
    return permissions;
  }
}
