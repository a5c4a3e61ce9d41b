package io.slipway.builder.store;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deletes folders with all below; never follows a link out of them. */
final class FolderDeletion {

  /** Characters of a path below the folder; the system takes 4096 bytes in all. */
  private static final int DEEPEST = 1000;

  private FolderDeletion() {}

  /** Deletes a folder with all below it, however deep; does nothing if it does not exist. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Deque<Path> left = new ArrayDeque<>(List.of(path));
    while (!left.isEmpty()) {
      Path top = left.pop();
      Files.walkFileTree(top, new Deleter(top.toString().length() + DEEPEST, path, left));
    }
  }

  /** What lies too deep to have a path is moved beside the folder, and left for another round. */
  private static final class Deleter extends SimpleFileVisitor<Path> {
    private final int deepest;
    private final Path path;
    private final Deque<Path> left;

    Deleter(int deepest, Path path, Deque<Path> left) {
      this.deepest = deepest;
      this.path = path;
      this.left = left;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      // Folders that a build made unreadable; only root needs no such right.
      if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
        open(folder);
      }
      if (folder.toString().length() <= deepest) {
        return FileVisitResult.CONTINUE;
      }
      Path beside = path.resolveSibling("deep-" + UUID.randomUUID());
      left.push(Files.move(folder, beside, StandardCopyOption.ATOMIC_MOVE));
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
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }

    private static void open(Path folder) throws IOException {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
