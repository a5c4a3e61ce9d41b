package io.slipway.agent.attempt;

import io.slipway.builder.OpenFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Folders of a run: closed to other users of the machine, and deleted when it ends. */
public final class Workspaces {
  private static final Logger LOG = Logger.getLogger(Workspaces.class);

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

  /**
   * Deletes a folder and its content, however deep, if it exists. No link is followed, also none
   * that a step puts in the place of a folder meanwhile.
   *
   * @param folder in a folder that steps cannot write to
   */
  public static void remove(Path folder) throws IOException {
    Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent());
    try (OpenFolder above = OpenFolder.open(parent)) {
      above.deleteAll(folder.getFileName().toString());
    } catch (NoSuchFileException none) {
      // Not even the folder above.
    }
  }
}
