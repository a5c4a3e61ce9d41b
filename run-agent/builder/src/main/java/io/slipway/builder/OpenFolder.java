package io.slipway.builder;

import io.slipway.builder.OpenFile.About;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A folder that is held open, for work where running steps can write. Whatever a step puts in the
 * place of a name meanwhile, nothing here leads out of the folder: each part of a path is opened in
 * the folder that is open already, and none may be a link. Paths are relative, their parts joined
 * by {@code /}; empty means the folder itself.
 *
 * <p>Not by {@link java.nio.file.SecureDirectoryStream}: it reads neither links nor setuid bits,
 * and waits for ever where a step has put a pipe. One thread at a time uses it.
 */
public final class OpenFolder implements Closeable {
  /** How many links a path may turn at, as in Docker. */
  private static final int MOST_LINKS = 255;

  /** Levels that are open at once while a tree is deleted. */
  private static final int DEEPEST = 64;

  /** Times that a tree is gone through; each takes away {@link #DEEPEST} levels. */
  private static final int MOST_PASSES = 10_000;

  private static final int MOST_FAILURES = 100;

  private final Descriptor descriptor;

  private OpenFolder(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Opens a folder of the agent's own. Links on the way to it are followed: no step writes there.
   */
  public static OpenFolder open(Path own) throws IOException {
    return new OpenFolder(Descriptor.folder(own));
  }

  /**
   * Opens a folder by its real path, as {@link Path#toRealPath} gave it: a link anywhere on the way
   * was put there since, and is not followed.
   *
   * @throws NotDirectoryException if there is one, or no folder
   */
  public static OpenFolder openReal(Path real) throws IOException {
    try (OpenFolder root = open(Path.of("/"))) {
      return root.folder(real.toAbsolutePath().toString());
    } catch (NoSuchFileException | NotDirectoryException gone) {
      throw new NotDirectoryException(real.toString());
    }
  }

  /**
   * Opens a folder beneath, or this one again.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws NotDirectoryException if a part of the path is a link or a file
   */
  public OpenFolder folder(String path) throws IOException {
    Descriptor at = descriptor.folder(".");
    for (String part : parts(path)) {
      try (Descriptor above = at) {
        at = above.folder(part);
      }
    }
    return new OpenFolder(at);
  }

  /** Opens a folder beneath; makes what of it is missing. */
  public OpenFolder makeFolder(String path) throws IOException {
    OpenFolder at = folder("");
    for (String part : parts(path)) {
      try (OpenFolder above = at) {
        if (above.find(part).isEmpty()) {
          Files.createDirectory(above.at(part));
        }
        at = above.folder(part);
      }
    }
    return at;
  }

  /**
   * Opens a file beneath; pipes and devices are not touched.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws FileSystemException if it or a part of its path is a link, or it is no regular file
   */
  public OpenFile file(String path) throws IOException {
    return in(
        path,
        (folder, name) -> {
          folder.at(name);
          Descriptor any = folder.descriptor.any(name);
          try {
            return new OpenFile(any, path);
          } catch (IOException | RuntimeException refused) {
            any.close();
            throw refused;
          }
        });
  }

  /**
   * The content of a file beneath.
   *
   * @param most bytes that it may have
   * @throws FileSystemException if it has more, or is no regular file
   */
  public byte[] read(String path, int most) throws IOException {
    try (OpenFile file = file(path);
        InputStream in = file.stream()) {
      byte[] content = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new FileSystemException(path, null, "has more than " + most + " bytes");
      }
      return content;
    }
  }

  /** Names of what is in this folder, sorted. */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(descriptor.path())) {
      list.forEach(each -> names.add(each.getFileName().toString()));
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    names.sort(null);
    return names;
  }

  /** What is at a path beneath, itself if it is a link; nothing if its folder is none. */
  public Optional<About> find(String path) throws IOException {
    try {
      return Optional.of(
          in(
              path.isEmpty() ? "." : path,
              (folder, name) -> About.of(folder.at(name), LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException | NotDirectoryException none) {
      return Optional.empty();
    }
  }

  /** The text of a link beneath. */
  public String readLink(String path) throws IOException {
    return in(path, (folder, name) -> Files.readSymbolicLink(folder.at(name)).toString());
  }

  /**
   * Where a path leads when links are followed as if this folder were the root of the file system.
   * It need not exist; what is put in its place later is not followed.
   *
   * @return a path without links and {@code ..}
   * @throws FileSystemLoopException if there are more than 255 links
   */
  public String resolve(String path) throws IOException {
    Deque<String> todo = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = at.isEmpty() ? part : at + "/" + part;
      if (find(next).filter(About::isLink).isEmpty()) {
        at = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new FileSystemLoopException("too many links in '" + path + "'");
      }
      String target = readLink(next);
      at = target.startsWith("/") ? "" : at;
      List.of(target.split("/", -1)).reversed().forEach(todo::push);
    }
    return at;
  }

  /**
   * Writes a file beneath in one move: readers see the old content or the new. What has its name is
   * replaced, be it a link; only a folder is not.
   */
  public void write(String path, byte[] content) throws IOException {
    in(
        path,
        (folder, name) -> {
          String fresh = ".new-" + UUID.randomUUID();
          try {
            try (OutputStream out = folder.create(fresh)) {
              out.write(content);
            }
            folder.move(fresh, folder, name);
          } finally {
            folder.delete(fresh);
          }
          return name;
        });
  }

  /**
   * Makes a file beneath.
   *
   * @throws FileAlreadyExistsException if the name is taken, be it by a link
   */
  public OutputStream create(String path) throws IOException {
    return in(
        path,
        (folder, name) ->
            Files.newOutputStream(
                folder.at(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Moves what has a name here to a name there, in one move; a file of that name is replaced. */
  public void move(String name, OpenFolder to, String newName) throws IOException {
    Files.move(at(name), to.at(newName), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes a file, a link or an empty folder beneath; whether there was one. */
  public boolean delete(String path) throws IOException {
    return in(path, (folder, name) -> Files.deleteIfExists(folder.at(name)));
  }

  /**
   * Deletes what has a name here, a folder with all below it, however deep; does nothing if there
   * is none.
   *
   * @throws DirectoryNotEmptyException if it is written to without an end
   */
  public void deleteAll(String name) throws IOException {
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      try {
        if (find(name).filter(About::isFolder).isEmpty()) {
          boolean unused = delete(name);
          return;
        }
        try (OpenFolder folder = folder(name)) {
          folder.deleteContent(folder, 0);
        }
        boolean unused = delete(name);
        return;
      } catch (DirectoryNotEmptyException | NoSuchFileException | NotDirectoryException changed) {
        // What lay too deep is higher up now, or somebody still writes.
      } catch (AccessDeniedException refused) {
        throw refused;
      } catch (FileSystemException failed) {
        // A folder may have become a file meanwhile, or the other way round.
        if (pass >= MOST_FAILURES) {
          throw failed;
        }
      }
    }
    throw new DirectoryNotEmptyException(name);
  }

  /** What lies too deep is moved up into the top: killed half-way, nothing is left elsewhere. */
  private void deleteContent(OpenFolder top, int depth) throws IOException {
    Path self = descriptor.path();
    if (!Files.isReadable(self) || !Files.isWritable(self) || !Files.isExecutable(self)) {
      // Folders that a build made unreadable; only root needs no such right.
      Files.setPosixFilePermissions(self, PosixFilePermissions.fromString("rwx------"));
    }
    for (String name : names()) {
      if (find(name).filter(About::isFolder).isPresent()) {
        if (depth == DEEPEST) {
          move(name, top, "deep-" + UUID.randomUUID());
          continue;
        }
        try (OpenFolder child = folder(name)) {
          child.deleteContent(top, depth + 1);
        }
      }
      boolean unused = delete(name);
    }
  }

  /**
   * A path by which other programs of this user reach the folder as long as it is open, for example
   * to work in it; no name that a step can change is part of it.
   */
  public Path path() {
    return descriptor.pathForAll();
  }

  @Override
  public void close() {
    descriptor.close();
  }

  /** Work with the last part of a path in the folder that holds it. */
  @FunctionalInterface
  private interface Work<T> {
    T in(OpenFolder folder, String name) throws IOException;
  }

  private <T> T in(String path, Work<T> work) throws IOException {
    String parent = parent(path);
    String name = path.substring(path.lastIndexOf('/') + 1);
    try {
      if (parent.isEmpty()) {
        return work.in(this, name);
      }
      try (OpenFolder folder = folder(parent)) {
        return work.in(folder, name);
      }
    } catch (NoSuchFileException none) {
      throw new NoSuchFileException(path); // not by a number, which says nothing
    }
  }

  /** For calls that follow no link in the last part of a path. */
  private Path at(String name) {
    if (name.isEmpty() || name.equals("..") || name.indexOf('/') >= 0) {
      throw new InvalidPathException(name, "is not the name of a file");
    }
    return descriptor.path().resolve(name);
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..") || part.indexOf('\0') >= 0) {
        throw new InvalidPathException(path, "is not a path beneath a folder");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
