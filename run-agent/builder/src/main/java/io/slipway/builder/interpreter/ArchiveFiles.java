package io.slipway.builder.interpreter;

import com.github.luben.zstd.ZstdInputStream;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.layer.LayerReader.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.commons.compress.MemoryLimitException;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A tar archive that {@code ADD} unpacks: plain, or zipped by gzip, bzip2, xz or zstd. */
final class ArchiveFiles implements FileSource {
  private static final byte[] XZ = {(byte) 0xFD, '7', 'z', 'X'};
  private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};

  /** What xz needs at its highest level is half of it. */
  private static final int MOST_MEMORY_KIB = 128 * 1024;

  private final Path file;
  private final String digest;
  private final TreeMap<String, LayerEntry> entries = new TreeMap<>();

  private ArchiveFiles(Path file, String digest) {
    this.file = file;
    this.digest = digest;
  }

  /**
   * Opens an archive that nobody writes to.
   *
   * @throws IOException if it is a damaged or hostile one
   */
  static ArchiveFiles open(Path file) throws IOException {
    ArchiveFiles archive = new ArchiveFiles(file, GivenFile.of(file).digest());
    try (InputStream in = unzipped(file)) {
      // The same checks as for layers: no paths that lead out, no devices, no bombs.
      new LayerReader(UnpackLimits.DEFAULT).read(in, (entry, content) -> archive.note(entry));
    }
    archive.addFolders();
    return archive;
  }

  private void note(LayerEntry entry) throws IOException {
    position++;
    links.remove(entry.path());
    switch (entry.type()) {
      case WHITEOUT, OPAQUE -> {}
      case HARDLINK -> {
        LayerEntry first = entries.get(entry.linkTarget());
        if (first == null) {
          throw new MalformedImageException(
              "the hard link '%s' is one to '%s', which does not stand before it"
                  .formatted(entry.path(), entry.linkTarget()));
        }
        entries.put(entry.path(), first.at(entry.path()).withMode(first.mode()));
        links.put(entry.path(), links.getOrDefault(first.path(), first.path()));
      }
      default -> {
        entries.put(entry.path(), entry);
        positions.put(entry.path(), position);
      }
    }
  }

  private final Map<String, String> links = new TreeMap<>();

  /** Where each stands; what was appended later under the same name counts. */
  private final Map<String, Long> positions = new HashMap<>();

  private long position;

  /** An archive need not name the folders of what it holds. */
  private void addFolders() throws IOException {
    for (LayerEntry entry : List.copyOf(entries.values())) {
      String folder = LayerPath.parent(entry.path());
      while (!folder.isEmpty() && !entries.containsKey(folder)) {
        entries.put(folder, LayerEntry.folder(folder, 0755, 0, 0, entry.mtime()));
        folder = LayerPath.parent(folder);
      }
      LayerEntry above = folder.isEmpty() ? null : entries.get(folder);
      if (above != null && above.type() != LayerEntry.Type.FOLDER) {
        throw new MalformedImageException(
            "'%s' lies below '%s', which is not a folder in it".formatted(entry.path(), folder));
      }
    }
  }

  /** Whether the content of a file says that it is an archive. */
  static boolean isArchive(Path file) throws IOException {
    try (InputStream in = unzipped(file)) {
      byte[] start = in.readNBytes(512);
      return start.length == 512 && TarUtils.verifyCheckSum(start);
    } catch (MemoryLimitException large) {
      throw new MalformedImageException(
          "Unzipping the archive needs " + large.getMemoryNeededInKb() + " KiB of memory");
    } catch (IOException damaged) {
      return false;
    }
  }

  private static InputStream unzipped(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(4);
    byte[] start = in.readNBytes(4);
    in.reset();
    if (start.length == 4 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
      return new GzipCompressorInputStream(in, true);
    }
    if (start.length == 4 && start[0] == 'B' && start[1] == 'Z' && start[2] == 'h') {
      return new BZip2CompressorInputStream(in, true);
    }
    if (Arrays.equals(start, XZ)) {
      return new XZCompressorInputStream(in, true, MOST_MEMORY_KIB);
    }
    return Arrays.equals(start, ZSTD) ? new ZstdInputStream(in) : in;
  }

  @Override
  public String resolve(String path) {
    return path;
  }

  @Override
  public Optional<LayerEntry> find(String path) {
    return Optional.ofNullable(entries.get(path));
  }

  @Override
  public List<LayerEntry> children(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return entries.tailMap(prefix, false).values().stream()
        .takeWhile(entry -> entry.path().startsWith(prefix))
        .filter(entry -> entry.parent().equals(folder))
        .toList();
  }

  @Override
  public String contentKey(LayerEntry entry) {
    return digest + " " + identity(entry);
  }

  @Override
  public String identity(LayerEntry file) {
    return links.getOrDefault(file.path(), file.path());
  }

  @Override
  public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
    Map<String, LayerEntry> wanted =
        files.stream().collect(Collectors.toMap(this::identity, file -> file));
    AtomicLong at = new AtomicLong();
    try (InputStream in = unzipped(file)) {
      new LayerReader(UnpackLimits.DEFAULT)
          .read(
              in,
              (entry, content) -> {
                boolean last = Objects.equals(positions.get(entry.path()), at.incrementAndGet());
                LayerEntry name = wanted.get(entry.path());
                if (last && name != null && entry.type() == LayerEntry.Type.FILE) {
                  sink.accept(name, content);
                }
              });
    }
  }

  @Override
  public String toString() {
    return Sha256.brief(digest);
  }
}
