package io.slipway.builder.store;

import com.google.common.io.CountingOutputStream;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Blobs by their digest. A blob is there whole and verified, or not at all.
 *
 * <p>Nothing waits for the disk, which may take seconds when others write much. So what was there
 * before the machine last started may have lost its content: it is verified before it counts again.
 * A blob's time is that of its last use, which tells one from the other.
 */
final class BlobFolder {
  private final StoreLayout layout;
  private final InstantSource clock;

  /** Blobs that were used since then are whole. */
  private volatile FileTime verifiedSince = FileTime.from(Instant.MAX);

  private final FreeSpace free;

  BlobFolder(StoreLayout layout, InstantSource clock, FreeSpace free) {
    this.free = free;
    this.layout = layout;
    this.clock = clock;
  }

  /** Writes the bytes of a blob somewhere. */
  interface Source<E extends Exception> {
    void writeTo(OutputStream out) throws IOException, E, InterruptedException;
  }

  /** Trusts nothing that was there before this start of the machine. */
  void open() throws IOException {
    String start = MachineStart.id();
    Path known = layout.start();
    if (start.isEmpty() || !Files.exists(known) || !Files.readString(known).equals(start)) {
      FileTime now = FileTime.from(clock.instant());
      age(now); // the clock may have been ahead
      AtomicFiles.write(layout.newScratch(), known, start.getBytes(StandardCharsets.UTF_8));
      Files.setLastModifiedTime(known, now);
    }
    verifiedSince = Files.getLastModifiedTime(known);
  }

  private void age(FileTime now) throws IOException {
    FileTime before = FileTime.from(now.toInstant().minusSeconds(1));
    try (DirectoryStream<Path> blobs = Files.newDirectoryStream(layout.blobs())) {
      for (Path blob : blobs) {
        if (Files.getLastModifiedTime(blob).compareTo(now) >= 0) {
          Files.setLastModifiedTime(blob, before);
        }
      }
    }
  }

  boolean has(String digest) throws IOException {
    Path blob = layout.blob(digest);
    try {
      if (Files.getLastModifiedTime(blob).compareTo(verifiedSince) >= 0) {
        return true;
      }
      if (!digestOf(blob).equals(digest)) {
        Files.deleteIfExists(blob);
        return false;
      }
      touch(digest);
      return true;
    } catch (NoSuchFileException absent) {
      return false;
    }
  }

  private static String digestOf(Path blob) throws IOException {
    MessageDigest digest = Sha256.start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(blob), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Sha256.finish(digest);
  }

  /** Records that a blob was used; the least recently used are deleted first. */
  void touch(String digest) throws IOException {
    Files.setLastModifiedTime(layout.blob(digest), FileTime.from(clock.instant()));
  }

  InputStream open(String digest) throws IOException {
    return Files.newInputStream(layout.blob(digest));
  }

  /**
   * Takes a blob in.
   *
   * @param size expected bytes, or -1 if unknown; reading stops beyond
   * @throws MalformedImageException if the bytes have another digest or size
   */
  <E extends Exception> void receive(String digest, long size, Source<E> source)
      throws IOException, E, InterruptedException {
    free.require(Math.max(0, size));
    Path scratch = layout.newScratch();
    try {
      MessageDigest actual = Sha256.start();
      try (OutputStream file =
              Files.newOutputStream(
                  scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          CountingOutputStream counted =
              new CountingOutputStream(
                  new LimitedOutputStream(new DigestOutputStream(file, actual), size))) {
        source.writeTo(counted);
        counted.flush();
        if (size >= 0 && counted.getCount() != size) {
          throw new MalformedImageException(
              "The blob " + digest + " has " + counted.getCount() + " bytes instead of " + size);
        }
      }
      String found = Sha256.finish(actual);
      if (!found.equals(digest)) {
        throw new MalformedImageException(
            "The blob " + digest + " was asked for, but what came has the digest " + found);
      }
      publish(scratch, digest);
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  /** Takes in a text that this process made. */
  String put(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digest = Sha256.of(bytes);
    if (!has(digest)) {
      AtomicFiles.write(layout.newScratch(), layout.blob(digest), bytes);
    }
    touch(digest);
    return digest;
  }

  /** Takes in a finished file whose digest this process computed while it wrote it. */
  void adopt(Path file, String digest) throws IOException {
    if (!has(digest)) {
      publish(file, digest);
    }
  }

  private void publish(Path file, String digest) throws IOException {
    Files.move(file, layout.blob(digest), StandardCopyOption.ATOMIC_MOVE);
    touch(digest);
  }
}
