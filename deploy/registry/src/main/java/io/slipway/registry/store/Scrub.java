package io.slipway.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads every blob again and sets aside those whose content is not that of their digest any more. A
 * client that asks for one is told that it is not there, and a push brings it back; without that
 * every pull would fetch it whole and then refuse it. The file is kept for whoever has to find out
 * what happened.
 */
public final class Scrub {
  private final BlobStore blobs;
  private final Pace pace;
  private final Consumer<Digest> damaged;

  /** Waits after a portion was read, so that clients have the disk most of the time. */
  @FunctionalInterface
  public interface Pace {
    /** Waits as long as the bytes are worth. */
    void pause(int bytes) throws InterruptedException;
  }

  /**
   * Of all blobs of a store.
   *
   * @param damaged is told of each as soon as it is set aside: reading all may take days
   */
  public Scrub(BlobStore blobs, Pace pace, Consumer<Digest> damaged) {
    this.blobs = blobs;
    this.pace = pace;
    this.damaged = damaged;
  }

  /**
   * What was found.
   *
   * @param blobs blobs that were read
   * @param problems what could not be read
   */
  public record Scrubbed(int blobs, List<String> problems) {}

  /** Reads all once, from another place each time: a process may never live as long as it takes. */
  public Scrubbed scrub() throws InterruptedException {
    int count = 0;
    List<String> problems = new ArrayList<>();
    for (Path folder : folders(problems)) {
      for (Digest digest : digests(folder, problems)) {
        try {
          Path file = blobs.file(digest);
          Object read = key(file);
          String hash = hash(digest, file);
          count++;
          if (!hash.equals(digest.hex()) && blobs.setAside(digest, read)) {
            damaged.accept(digest);
          }
        } catch (NoSuchFileException swept) {
          // It need not be good any more.
        } catch (IOException unreadable) {
          problems.add(digest + ": " + unreadable);
        }
      }
    }
    return new Scrubbed(count, problems);
  }

  private List<Path> folders(List<String> problems) {
    List<Path> folders = new ArrayList<>();
    for (String algorithm : List.of("sha256", "sha512")) {
      Path all = blobs.folder().resolve(algorithm);
      try {
        Folders.names(all).forEach(prefix -> folders.add(all.resolve(prefix)));
      } catch (IOException unreadable) {
        problems.add(algorithm + ": " + unreadable);
      }
    }
    Collections.shuffle(folders);
    return folders;
  }

  private static List<Digest> digests(Path folder, List<String> problems) {
    String algorithm = String.valueOf(Objects.requireNonNull(folder.getParent()).getFileName());
    try {
      return Folders.names(folder).stream()
          .map(hex -> Digest.parse(algorithm + ":" + hex))
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException unreadable) {
      problems.add(folder.getFileName() + ": " + unreadable);
      return List.of();
    }
  }

  /** Names the file that is there now, whatever takes its place later. */
  static Object key(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "no inode");
  }

  private String hash(Digest digest, Path file) throws IOException, InterruptedException {
    MessageDigest hasher = digest.hasher();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
        pace.pause(read);
      }
    }
    return HexFormat.of().formatHex(hasher.digest());
  }
}
