package io.slipway.registry.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;

/**
 * Files that exist as a whole or not at all, whenever the process dies or the power fails: a folder
 * is on disk, too, before anybody is told that a file is in it.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file, or replaces it; folders are made as needed. */
  public static void write(Path file, byte[] content) throws IOException {
    folder(parent(file));
    Path scratch = file.resolveSibling("." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(scratch); // is there only if the disk is full
    }
    sync(parent(file));
  }

  /** Makes an empty file unless it is there. */
  static void mark(Path file) throws IOException {
    folder(parent(file));
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException already) {
      return;
    }
    sync(parent(file));
  }

  /** Moves a finished file that nobody writes to any more to its place, for reading alone. */
  static void publish(Path from, Path to) throws IOException {
    try (FileChannel channel = FileChannel.open(from, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("r--r--r--"));
    folder(parent(to));
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(parent(to));
  }

  /** Makes a folder and those above it. */
  static void folder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = parent(folder);
    folder(parent);
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException already) {
      return;
    }
    sync(parent);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent());
  }
}
