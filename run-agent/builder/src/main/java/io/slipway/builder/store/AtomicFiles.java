package io.slipway.builder.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Files that are there whole or not at all, whenever the machine stops. */
final class AtomicFiles {

  private AtomicFiles() {}

  /** Writes a file through a scratch file beside which it may lie on the same file system. */
  static void write(Path scratch, Path target, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    publish(scratch, target);
  }

  /**
   * Writes a file that can be missing, or be broken in a way that its reader sees, after the
   * machine was stopped: readers see it whole or not at all, but nothing waits for the disk.
   */
  static void writeUnsynced(Path scratch, Path target, byte[] content) throws IOException {
    Files.write(scratch, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Gives a finished and synced file its name. */
  static void publish(Path finished, Path target) throws IOException {
    Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    syncFolderOf(target);
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

  /** Puts a file's content on the disk. */
  static void syncFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void syncFolderOf(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.getParent(), "Files of a store lie in folders");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
