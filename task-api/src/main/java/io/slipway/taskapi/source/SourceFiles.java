package io.slipway.taskapi.source;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The bytes of uploaded source, a folder for each: {@code source} is what was completed, {@code
 * block-…} what waits for the list of blocks, {@code part-…} what is being written. What is there
 * under its name is whole. This class alone knows that they are files; its methods block.
 */
@ApplicationScoped
public class SourceFiles {
  private static final String WHOLE = "source";
  private static final String BLOCK = "block-";
  private static final String PART = "part-";

  private final Path folder;

  SourceFiles(@ConfigProperty(name = "slipway.task-api.sources-dir") Path folder) {
    this.folder = folder;
  }

  /** A list of blocks names a block that was not uploaded. */
  static final class NoSuchBlock extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Whether something could be written now, as far as rights and mounts say. */
  boolean canWrite() {
    Path there = folder.toAbsolutePath();
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.isDirectory(there) && Files.isWritable(there);
  }

  /** Where to write what is received for a source. */
  Path part(UUID id) {
    Path own = folder.resolve(id.toString());
    try {
      if (!Files.isDirectory(own)) {
        Files.createDirectories(own);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return own.resolve(PART + UUID.randomUUID());
  }

  /** Bytes on disk of a source, completed or not. */
  long used(UUID id) {
    return size(files(id));
  }

  private static long size(List<Path> files) {
    long used = 0;
    for (Path file : files) {
      try {
        used += Files.size(file);
      } catch (NoSuchFileException renamed) {
        Log.debugf("%s was renamed while it was counted", renamed.getFile());
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return used;
  }

  /** Bytes on disk of a source, without those that are being received. */
  long kept(UUID id) {
    return size(files(id).stream().filter(file -> !name(file).startsWith(PART)).toList());
  }

  /** Bytes that are free on the disk. */
  long free() {
    try {
      return Files.getFileStore(Files.createDirectories(folder)).getUsableSpace();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Turns what was received into a block. */
  void keepBlock(UUID id, String blockId, Path part) {
    move(part, block(id, blockId));
  }

  /** Turns what was received into the source; returns its size in bytes. */
  long keepWhole(UUID id, Path part) {
    try {
      long size = Files.size(part);
      move(part, folder.resolve(id.toString()).resolve(WHOLE));
      return size;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The blocks in this order as one file, to be kept whole. */
  Path join(UUID id, List<String> blockIds) {
    List<Path> blocks = blockIds.stream().map(blockId -> block(id, blockId)).toList();
    if (!blocks.stream().allMatch(Files::isRegularFile)) {
      throw new NoSuchBlock();
    }
    Path part = part(id);
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        for (Path block : blocks) {
          append(block, out);
        }
      }
      return part;
    } catch (IOException failed) {
      drop(part);
      throw new UncheckedIOException(failed);
    }
  }

  /** Removes the blocks, when they are part of the whole. */
  void dropBlocks(UUID id) {
    files(id).stream().filter(file -> name(file).startsWith(BLOCK)).forEach(this::drop);
  }

  private static void append(Path block, FileChannel out) throws IOException {
    try (FileChannel in = FileChannel.open(block, StandardOpenOption.READ)) {
      long size = in.size();
      long at = 0;
      while (at < size) {
        at += in.transferTo(at, size - at, out);
      }
    }
  }

  /** The completed source. */
  public Path whole(UUID id) {
    return folder.resolve(id.toString()).resolve(WHOLE);
  }

  /** Removes what was not received completely. */
  void drop(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Ids of all sources of which there is anything. */
  List<UUID> ids() {
    List<UUID> ids = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return ids;
    }
    try (Stream<Path> own = Files.list(folder)) {
      own.forEach(path -> {
        try {
          ids.add(UUID.fromString(path.getFileName().toString()));
        } catch (IllegalArgumentException notOurs) {
          return;
        }
      });
      return ids;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Removes a source with its blocks. */
  void remove(UUID id) {
    try {
      for (Path file : files(id)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder.resolve(id.toString()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private List<Path> files(UUID id) {
    Path own = folder.resolve(id.toString());
    if (!Files.isDirectory(own)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(own)) {
      return found.toList();
    } catch (NoSuchFileException gone) {
      return List.of();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A client chooses the id of a block, so it is no part of a file's name. */
  private Path block(UUID id, String blockId) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(blockId.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(id.toString()).resolve(BLOCK + HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256 is missing", impossible);
    }
  }

  private static void move(Path part, Path to) {
    try {
      try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
