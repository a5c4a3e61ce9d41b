package io.slipway.builder.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there whole or not at all, whenever this process ends. */
final class AtomicFiles {

  private AtomicFiles() {}

  /**
   * Writes a file through a scratch file beside which it may lie on the same file system. Nothing
   * waits for the disk: after the machine was stopped it may be missing, or be broken in a way that
   * its reader sees.
   */
  static void write(Path scratch, Path target, byte[] content) throws IOException {
    Files.write(scratch, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Gives a finished folder its name. Not synced: after a restart of the machine it is made again.
   *
   * @return false if there is one of that name already; then nothing has changed
   */
  static boolean publishFolder(Path finished, Path target) throws IOException {
    try {
      Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // An atomic move tells "not empty" by the plain exception.
      if (Files.isDirectory(target)) {
        return false;
      }
      throw e;
    }
    return true;
  }
}
