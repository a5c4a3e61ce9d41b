package io.slipway.agent.run;

import io.quarkus.logging.Log;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Files of one attempt of a run: for the agent's user alone, deleted at the end in any case.
 *
 * @param root the folder of all
 */
public record RunFolder(Path root) implements AutoCloseable {

  /** Makes the folder. */
  public static RunFolder create(Path runs, String key) throws IOException {
    RunFolder folder = new RunFolder(runs.resolve(key));
    Files.createDirectories(runs);
    makePrivate(folder.root);
    makePrivate(folder.workspace());
    makePrivate(folder.home());
    return folder;
  }

  /** Deletes what a predecessor with the same data folder has left. */
  static void deleteLeftovers(Path runs) throws IOException {
    if (Files.isDirectory(runs, LinkOption.NOFOLLOW_LINKS)) {
      try (var left = Files.newDirectoryStream(runs)) {
        for (Path each : left) {
          delete(each);
        }
      }
    }
  }

  /** What steps see as {@code /workspace}. */
  public Path workspace() {
    return root.resolve("workspace");
  }

  /** Files of the tools that fetch contexts; no step sees them. */
  public Path home() {
    return root.resolve("home");
  }

  private static void makePrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Deletes all. What cannot be deleted is said to the operator; the next start tries again. */
  @Override
  public void close() {
    try {
      delete(root);
    } catch (IOException left) {
      Log.errorf("Files of a run could not be deleted: %s", left);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(path, new Deletion());
    }
  }

  /** Never follows a link. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
        throws IOException {
      if (failed != null) {
        throw failed;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
