package io.slipway.agent.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Unpacks an archive that anybody may have made: nothing is written outside of the folder or
 * through a link, no device is made, and it costs no more than its budget.
 */
final class UnpackArchive {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4096;
  private static final long HEADERS = 64L << 20;
  private static final long HEADER = 2048;
  private static final String MODE = "unix:mode";
  private static final int RIGHTS = 0777;
  private static final int OWN_FOLDER = 0700;
  private static final int OWN_FILE = 0600;

  private final Path root;
  private final ContextBudget budget;
  private final byte[] buffer = new byte[1 << 16];

  /** Folders of the archive with the rights that they get at the end. */
  private final Map<String, Integer> folders = new HashMap<>();

  private UnpackArchive(Path root, ContextBudget budget) {
    this.root = root;
    this.budget = budget;
  }

  /**
   * Unpacks a whole archive.
   *
   * @param folder exists; nobody else writes to it meanwhile, since this works by names
   * @throws ContextRefusedException that names the entry and the rule or limit
   */
  static void into(Path folder, InputStream archive, ContextBudget budget) throws IOException {
    new UnpackArchive(folder, budget).run(archive);
  }

  /**
   * Writes one file under the same rules.
   *
   * @param name path below the folder
   */
  static void file(Path folder, String name, InputStream content, ContextBudget budget)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
    entry.setMode(0644);
    budget.entry(name);
    new UnpackArchive(folder, budget).unpack(entry, content);
  }

  private void run(InputStream archive) throws IOException {
    ContextLimits limits = budget.limits();
    long most = limits.bytes() + HEADERS + Math.min(limits.entries(), 1L << 30) * HEADER;
    try (ArchiveEntries entries = new ArchiveEntries(ArchiveStream.tar(archive, most))) {
      for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while a context was unpacked");
        }
        budget.entry(entry.getName());
        unpack(entry, entries);
      }
    }
    for (Map.Entry<String, Integer> folder : folders.entrySet()) {
      Files.setAttribute(root.resolve(folder.getKey()), MODE, folder.getValue() | OWN_FOLDER);
    }
  }

  private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
    // The Azure CLI packs the folder itself as "/".
    boolean isRoot = entry.isDirectory() && entry.getName().matches("/+");
    String path = isRoot ? "" : inside(entry.getName(), entry.getName());
    if (path.isEmpty()) {
      if (!entry.isDirectory()) {
        throw refused(entry.getName(), "it has no name");
      }
      return;
    }
    try {
      Path target = root.resolve(path);
      if (entry.isSymbolicLink()) {
        link(entry, path, target);
      } else if (entry.isLink()) {
        hardLink(entry, path, target);
      } else if (entry.isDirectory()) {
        parents(path, entry.getName());
        folder(path, target, entry);
      } else if (isPlain(entry)) {
        file(entry, path, target, content);
      } else {
        throw refused(entry.getName(), "it is a device, a pipe, or of an unknown kind");
      }
    } catch (InvalidPathException unfit) {
      throw refused(entry.getName(), "this agent's file system does not allow that name");
    }
  }

  private static boolean isPlain(TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    return flag == TarConstants.LF_NORMAL
        || flag == TarConstants.LF_OLDNORM
        || flag == TarConstants.LF_CONTIG
        || entry.isSparse();
  }

  /** A path of the archive, normalised and checked. */
  private static String inside(String path, String entry) throws IOException {
    if (path.startsWith("/")) {
      throw refused(entry, "its path is absolute");
    }
    List<String> names = new ArrayList<>(List.of(path.split("/")));
    names.removeIf(name -> name.isEmpty() || name.equals("."));
    if (names.contains("..") || path.indexOf('\0') >= 0) {
      throw refused(entry, "its path goes up by '..' or has a NUL");
    }
    String normal = String.join("/", names);
    if (bytes(normal) > LONGEST_PATH) {
      throw refused(entry, "its path has over " + LONGEST_PATH + " bytes");
    }
    for (String name : names) {
      if (bytes(name) > LONGEST_NAME) {
        throw refused(entry, "a name in its path has over " + LONGEST_NAME + " bytes");
      }
    }
    return normal;
  }

  private void folder(String path, Path target, TarArchiveEntry entry) throws IOException {
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      clear(path, target, entry.getName());
      Files.createDirectory(target);
    }
    folders.put(path, entry.getMode() & RIGHTS);
  }

  private void file(TarArchiveEntry entry, String path, Path target, InputStream content)
      throws IOException {
    if (entry.getRealSize() > budget.limits().bytes()) {
      budget.bytes(entry.getName(), entry.getRealSize());
    }
    parents(path, entry.getName());
    clear(path, target, entry.getName());
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = content.read(buffer); count > 0; count = content.read(buffer)) {
        budget.bytes(entry.getName(), count);
        out.write(buffer, 0, count);
      }
    } catch (ContextRefusedException refused) {
      throw refused;
    } catch (IOException broken) {
      throw new ContextRefusedException(
          "the archive cannot be unpacked at '%s': %s"
              .formatted(ContextRefusedException.shown(entry.getName()), broken.getMessage()),
          broken);
    }
    Files.setAttribute(target, MODE, entry.getMode() & RIGHTS | OWN_FILE);
    Files.setLastModifiedTime(target, entry.getLastModifiedTime());
  }

  /**
   * A link is data, wherever it leads: here nothing is written through one, and who reads a context
   * follows none out of it, since what steps and git leave there has such links as well.
   */
  private void link(TarArchiveEntry entry, String path, Path target) throws IOException {
    String to = entry.getLinkName();
    if (to.isEmpty() || to.indexOf('\0') >= 0 || bytes(to) > LONGEST_PATH) {
      throw refused(
          entry.getName(),
          "it is a link to '" + ContextRefusedException.shown(to) + "', which is not a valid path");
    }
    parents(path, entry.getName());
    clear(path, target, entry.getName());
    Files.createSymbolicLink(target, Path.of(to));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void hardLink(TarArchiveEntry entry, String path, Path target) throws IOException {
    String to = inside(entry.getLinkName(), entry.getName());
    Path source = root.resolve(to);
    parents(to, entry.getName());
    if (to.equals(path) || !Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          entry.getName(),
          "it repeats '"
              + ContextRefusedException.shown(to)
              + "', which is not an earlier file of the archive");
    }
    parents(path, entry.getName());
    clear(path, target, entry.getName());
    Files.createLink(target, source);
  }

  /** Makes the folders above an entry; each must be a directory, not a link to one. */
  private void parents(String path, String entry) throws IOException {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (folders.containsKey(parent)) {
        continue;
      }
      Path folder = root.resolve(parent);
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        budget.entry(parent);
        Files.createDirectory(folder);
      } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw refused(
            entry, "'" + ContextRefusedException.shown(parent) + "' above it is not a directory");
      }
      folders.put(parent, 0755);
    }
  }

  /** Deletes an earlier entry at that path, never what it points to. */
  private void clear(String path, Path target, String entry) throws IOException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(entry, "'" + ContextRefusedException.shown(path) + "' is already a directory");
    }
    Files.deleteIfExists(target);
  }

  private static ContextRefusedException refused(String entry, String why) {
    return new ContextRefusedException(
        "the archive's entry '%s' is refused: %s"
            .formatted(ContextRefusedException.shown(entry), why));
  }
}
