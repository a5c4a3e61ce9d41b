package io.slipway.builder.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deletes folders without following links. */
public final class Folders {
  /** Characters of a path below the folder; the system takes 4096 bytes in all. */
  private static final int DEEPEST = 1000;

  private Folders() {}

  /** Deletes a folder with all below it, however deep; does nothing if it does not exist. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Deque<Path> left = new ArrayDeque<>(List.of(folder));
    while (!left.isEmpty()) {
      delete(left.pop(), folder, left);
    }
  }

  /** What lies too deep to have a path is moved beside the folder, and left for another round. */
  private static void delete(Path top, Path folder, Deque<Path> left) throws IOException {
    int deepest = top.toString().length() + DEEPEST;
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes about)
              throws IOException {
            if (each.toString().length() <= deepest) {
              return FileVisitResult.CONTINUE;
            }
            Path beside = folder.resolveSibling("deep-" + UUID.randomUUID());
            left.push(Files.move(each, beside, StandardCopyOption.ATOMIC_MOVE));
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
