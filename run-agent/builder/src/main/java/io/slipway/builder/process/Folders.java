package io.slipway.builder.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deletes folders with all below them; never follows a link out of them. */
public final class Folders {
  /** Characters of a path below the folder; the system takes 4096 bytes in all. */
  private static final int DEEPEST = 1000;

  private Folders() {}

  /** Deletes a folder with all below it, however deep; does nothing if it does not exist. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Deletion deletion;
    do {
      deletion = new Deletion(folder);
      Files.walkFileTree(folder, deletion);
    } while (deletion.again);
  }

  /**
   * One walk. What lies too deep to have a path is moved up into the folder itself, for another
   * walk: if the process dies, nothing lies where nobody would look for it.
   */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final int deepest;
    private boolean again;

    Deletion(Path folder) {
      this.folder = folder;
      this.deepest = folder.toString().length() + DEEPEST;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
        throws IOException {
      // Folders that a build made unreadable; only root needs no such right.
      if (!Files.isReadable(each) || !Files.isWritable(each) || !Files.isExecutable(each)) {
        open(each);
      }
      if (each.toString().length() <= deepest) {
        return FileVisitResult.CONTINUE;
      }
      Files.move(each, folder.resolve("deep-" + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
      again = true;
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
      if (problem instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      if (problem instanceof AccessDeniedException && Files.isDirectory(file)) {
        open(file);
        delete(file);
        return FileVisitResult.CONTINUE;
      }
      throw problem;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path each, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      if (!again || !each.equals(folder)) {
        Files.deleteIfExists(each);
      }
      return FileVisitResult.CONTINUE;
    }

    private static void open(Path each) throws IOException {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
