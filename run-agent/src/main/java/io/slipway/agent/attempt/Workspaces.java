package io.slipway.agent.attempt;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Folders of a run: closed to other users of the machine, and deleted when it ends. */
public final class Workspaces {
  private static final Logger LOG = Logger.getLogger(Workspaces.class);

  /** Characters of a path below the folder; the system takes 4096 bytes in all. */
  private static final int DEEPEST = 1000;

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private Workspaces() {}

  /** Makes a folder that only this user can look into; what was there before is deleted. */
  public static void make(Path folder) throws IOException {
    makeParent(folder.getParent());
    try {
      Files.createDirectory(folder, PRIVATE);
    } catch (FileAlreadyExistsException left) {
      delete(folder);
      Files.createDirectory(folder, PRIVATE);
    }
  }

  /** To make one that is there already costs exceptions, and each run has a folder. */
  private static void makeParent(@Nullable Path parent) throws IOException {
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
  }

  /**
   * Makes a folder for steps, whose programs may run as any user: they may look into it. The folder
   * above is closed to everybody else.
   */
  public static void makeForSteps(Path folder) throws IOException {
    Path above = folder.getParent();
    makeParent(above);
    Files.setPosixFilePermissions(above, PRIVATE.value());
    make(folder);
    Files.setPosixFilePermissions(folder, READABLE);
  }

  /** Deletes a folder and its content; links are not followed. What is left is logged. */
  public static void delete(Path folder) {
    try {
      remove(folder);
    } catch (IOException failed) {
      LOG.errorf(failed, "workspace %s is still there", folder);
    }
  }

  /** Deletes a folder and its content, however deep, if it exists; links are not followed. */
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    while (!removed(folder)) {
      // What lay too deep to have a path is higher up now.
    }
  }

  /**
   * Deletes in one walk. What lies too deep to have a path is moved up into the folder itself, for
   * another walk: if the agent dies, nothing lies where nobody would look for it.
   *
   * @return whether the folder is gone
   */
  private static boolean removed(Path folder) throws IOException {
    int deepest = folder.toString().length() + DEEPEST;
    AtomicBoolean again = new AtomicBoolean();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            if (each.toString().length() <= deepest) {
              return FileVisitResult.CONTINUE;
            }
            Path above = folder.resolve("deep-" + UUID.randomUUID());
            Files.move(each, above, StandardCopyOption.ATOMIC_MOVE);
            again.set(true);
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            if (!again.get() || !visited.equals(folder)) {
              Files.delete(visited);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return !again.get();
  }
}
