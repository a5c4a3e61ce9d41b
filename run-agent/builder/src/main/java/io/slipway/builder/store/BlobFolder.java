package io.slipway.builder.store;

import com.google.common.io.CountingOutputStream;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.InstantSource;

/** Blobs by their digest. A blob is there whole and verified, or not at all. */
final class BlobFolder {
  private final StoreLayout layout;
  private final InstantSource clock;

  BlobFolder(StoreLayout layout, InstantSource clock) {
    this.layout = layout;
    this.clock = clock;
  }

  /** Writes the bytes of a blob somewhere. */
  interface Source<E extends Exception> {
    void writeTo(OutputStream out) throws IOException, E, InterruptedException;
  }

  boolean has(String digest) {
    return Files.exists(layout.blob(digest));
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
    AtomicFiles.syncFile(file);
    AtomicFiles.publish(file, layout.blob(digest));
    touch(digest);
  }
}
