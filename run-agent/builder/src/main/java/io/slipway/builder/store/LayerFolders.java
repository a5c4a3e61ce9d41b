package io.slipway.builder.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerIndex;
import io.slipway.builder.layer.LayerReader;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.layer.LayerReader.UnpackLimits;
import io.slipway.builder.layer.LayerUnpacker;
import io.slipway.builder.process.Folders;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Unpacked layers and their indexes. Both can always be made again from the blob, so nothing waits
 * for the disk; what was unpacked before the machine last started is not trusted.
 */
final class LayerFolders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoreLayout layout;
  private final BlobFolder blobs;
  private final InstantSource clock;
  private final LayerReader reader;
  private final FreeSpace free;
  private final String boot;

  /**
   * What is told of an unpacked layer.
   *
   * @param boot id of the start of the machine in which it was unpacked
   * @param bytes about how much it takes on disk
   * @param ownershipExact whether each file has its owner
   */
  record Ready(String boot, long bytes, boolean ownershipExact) {}

  LayerFolders(
      StoreLayout layout,
      BlobFolder blobs,
      InstantSource clock,
      UnpackLimits limits,
      FreeSpace free)
      throws IOException {
    this.free = free;
    this.reader = new LayerReader(limits);
    this.layout = layout;
    this.blobs = blobs;
    this.clock = clock;
    this.boot = MachineStart.id();
  }

  /**
   * Takes away what an earlier start of the machine left: its files may have lost their content.
   */
  void dropOldBoots() throws IOException {
    try (var folders = Files.newDirectoryStream(layout.layers())) {
      for (Path folder : folders) {
        if (boot.isEmpty() || !ready(folder).boot().equals(boot)) {
          Folders.delete(folder);
        }
      }
    }
  }

  boolean has(String diffId) {
    return Files.exists(layout.layer(diffId));
  }

  boolean hasIndex(String diffId) {
    return Files.exists(layout.index(diffId));
  }

  Path files(String diffId) {
    return layout.layer(diffId).resolve("fs");
  }

  /** Makes sure that a layer has its short name, and tells it. */
  String link(String diffId) throws IOException {
    String name = StoreLayout.linkName(diffId);
    Path link = layout.links().resolve(name);
    if (!Files.isDirectory(link)) {
      Path scratch = layout.newScratch();
      Files.createSymbolicLink(
          scratch, Path.of("..").resolve("layers").resolve(Sha256.hex(diffId)).resolve("fs"));
      Files.move(scratch, link, StandardCopyOption.ATOMIC_MOVE);
    }
    return name;
  }

  Path links() {
    return layout.links();
  }

  Ready ready(String diffId) throws IOException {
    return ready(layout.layer(diffId));
  }

  static Ready ready(Path folder) throws IOException {
    Path file = folder.resolve("ready");
    return Files.exists(file)
        ? JSON.readValue(file.toFile(), Ready.class)
        : new Ready("unfinished", 0, false);
  }

  void touch(String diffId) throws IOException {
    Files.setLastModifiedTime(
        layout.layer(diffId).resolve("ready"), FileTime.from(clock.instant()));
  }

  /** Unpacks a layer from its blob, which must be there. */
  void unpack(StoredLayer layer) throws IOException {
    free.require(layer.size());
    Path scratch = newLayerFolder();
    try {
      LayerUnpacker unpacker = new LayerUnpacker(scratch.resolve("fs"));
      List<LayerEntry> entries = new ArrayList<>();
      read(
          layer,
          (entry, content) -> {
            free.require(entry.size());
            unpacker.accept(entry, content);
            entries.add(entry);
          });
      unpacker.finish();
      writeIndex(layer.diffId(), new LayerIndex(entries));
      publish(scratch, layer.diffId(), unpacker.bytes(), unpacker.ownershipExact());
    } finally {
      Folders.delete(scratch);
    }
  }

  Path newScratchFile() {
    return layout.newScratch();
  }

  /** A folder of scratch with an empty {@code fs} in it. */
  Path newLayerFolder() throws IOException {
    Path scratch = layout.newScratch();
    Files.createDirectory(scratch);
    Files.createDirectory(
        scratch.resolve("fs"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.setPosixFilePermissions(
        scratch.resolve("fs"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return scratch;
  }

  void publish(Path folder, String diffId, long bytes, boolean ownershipExact) throws IOException {
    JSON.writeValue(folder.resolve("ready").toFile(), new Ready(boot, bytes, ownershipExact));
    boolean unused = AtomicFiles.publishFolder(folder, layout.layer(diffId));
    touch(diffId);
  }

  void writeIndex(String diffId, LayerIndex index) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    index.write(bytes);
    AtomicFiles.write(layout.newScratch(), layout.index(diffId), bytes.toByteArray());
  }

  /** Notes to which diff id a blob unpacks. */
  void notePair(StoredLayer layer) throws IOException {
    AtomicFiles.write(
        layout.newScratch(),
        layout.pair(layer.digest()),
        layer.diffId().getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Makes certain that a layer's diff id is its blob's: an image's configuration may name that of
   * any other layer, whose files would be taken for its own. Reads the blob unless that was done
   * before.
   *
   * @throws MalformedImageException if it is another's
   */
  void verify(StoredLayer layer) throws IOException {
    if (!pair(layer.digest()).equals(layer.diffId())) {
      read(layer, (entry, content) -> {});
    }
  }

  /** What was noted of a blob, or nothing; the collector may take notes away at any time. */
  private String pair(String digest) throws IOException {
    try {
      return Files.readString(layout.pair(digest));
    } catch (NoSuchFileException notNoted) {
      return "";
    }
  }

  /** What is in a layer; reads its blob unless that was done before. */
  LayerIndex index(StoredLayer layer) throws IOException {
    Path file = layout.index(layer.diffId());
    if (Files.exists(file)) {
      verify(layer);
    }
    try (InputStream in = Files.newInputStream(file)) {
      LayerIndex index = LayerIndex.read(in);
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return index;
    } catch (NoSuchFileException | EOFException | ZipException | MalformedImageException e) {
      // Not made, deleted, cut off when the machine stopped, or of another version: the blob tells
      // it again.
      return makeIndex(layer);
    }
  }

  private LayerIndex makeIndex(StoredLayer layer) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    read(layer, (entry, content) -> entries.add(entry));
    LayerIndex index = new LayerIndex(entries);
    writeIndex(layer.diffId(), index);
    return index;
  }

  /** Reads a layer's blob; afterwards it is certain that its diff id is right. */
  void read(StoredLayer layer, LayerSink sink) throws IOException {
    MessageDigest digest = Sha256.start();
    try (InputStream blob = blobs.open(layer.digest());
        InputStream tar = LayerCompression.open(blob, layer.digest(), digest)) {
      reader.read(tar, sink);
    }
    String found = Sha256.finish(digest);
    if (!found.equals(layer.diffId())) {
      throw new MalformedImageException(
          "The layer %s unpacks to %s, but the image's configuration says %s"
              .formatted(layer.digest(), found, layer.diffId()));
    }
    notePair(layer);
  }

  /** Unzips a layer according to its first bytes, since media types are not always right. */
  static final class LayerCompression {
    private static final int BUFFER = 1 << 17;

    private LayerCompression() {}

    /** Feeds the digest of the unzipped layer where it unzips: who writes files has more to do. */
    static InputStream open(InputStream blob, String digest, MessageDigest unzipped)
        throws IOException {
      BufferedInputStream in = new BufferedInputStream(blob, BUFFER);
      in.mark(4);
      byte[] start = in.readNBytes(4);
      in.reset();
      if (starts(start, 0x1f, 0x8b)) {
        try {
          return new ReadAheadInputStream(
              new DigestInputStream(new GZIPInputStream(in, BUFFER), unzipped));
        } catch (ZipException e) {
          throw new MalformedImageException("The layer " + digest + " is not a valid gzip file", e);
        }
      }
      if (starts(start, 0x28, 0xb5, 0x2f, 0xfd)) {
        return new ReadAheadInputStream(new DigestInputStream(new ZstdInputStream(in), unzipped));
      }
      return new DigestInputStream(in, unzipped);
    }

    private static boolean starts(byte[] bytes, int... expected) {
      if (bytes.length < expected.length) {
        return false;
      }
      for (int i = 0; i < expected.length; i++) {
        if ((bytes[i] & 0xff) != expected[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
