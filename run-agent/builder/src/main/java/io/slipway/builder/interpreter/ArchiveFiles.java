package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.layer.LayerReader.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A tar archive that {@code ADD} unpacks: plain, or zipped by gzip or bzip2. */
final class ArchiveFiles implements FileSource {
  private final Path file;
  private final String digest;
  private final TreeMap<String, LayerEntry> entries = new TreeMap<>();

  private ArchiveFiles(Path file, String digest) {
    this.file = file;
    this.digest = digest;
  }

  /**
   * Opens a file if it is an archive.
   *
   * @throws IOException if it is a damaged or hostile one
   */
  static Optional<ArchiveFiles> open(Path file) throws IOException {
    if (!isArchive(file)) {
      return Optional.empty();
    }
    ArchiveFiles archive = new ArchiveFiles(file, CopyInstruction.GivenFile.of(file).digest());
    try (InputStream in = unzipped(file)) {
      // The same checks as for layers: no paths that lead out, no devices, no bombs.
      new LayerReader(UnpackLimits.DEFAULT).read(in, (entry, content) -> archive.note(entry));
    }
    return Optional.of(archive);
  }

  private void note(LayerEntry entry) {
    switch (entry.type()) {
      case WHITEOUT, OPAQUE -> {}
      case HARDLINK -> {
        LayerEntry first = entries.get(entry.linkTarget());
        if (first != null) {
          entries.put(entry.path(), first.at(entry.path()).withMode(first.mode()));
          links.put(entry.path(), links.getOrDefault(first.path(), first.path()));
        }
      }
      default -> entries.put(entry.path(), entry);
    }
  }

  private final Map<String, String> links = new TreeMap<>();

  private static boolean isArchive(Path file) throws IOException {
    if (Files.size(file) < 4) {
      return false;
    }
    try (InputStream in = unzipped(file)) {
      byte[] start = in.readNBytes(512);
      return start.length == 512
          && new String(start, 257, 5, StandardCharsets.US_ASCII).equals("ustar");
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
    return in;
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
    List<LayerEntry> found = new ArrayList<>();
    for (LayerEntry entry : entries.values()) {
      if (!entry.path().isEmpty() && entry.parent().equals(folder)) {
        found.add(entry);
      } else if (!entry.path().isEmpty()
          && LayerPath.isWithin(entry.path(), folder)
          && !entries.containsKey(entry.parent())) {
        missing(found, entry, folder);
      }
    }
    return found;
  }

  /** A folder that the archive does not name but has something in. */
  private static void missing(List<LayerEntry> found, LayerEntry entry, String folder) {
    String rest = folder.isEmpty() ? entry.path() : entry.path().substring(folder.length() + 1);
    int slash = rest.indexOf('/');
    String path = LayerPath.join(folder, slash < 0 ? rest : rest.substring(0, slash));
    if (slash > 0 && found.stream().noneMatch(each -> each.path().equals(path))) {
      found.add(LayerEntry.folder(path, 0755, 0, 0, entry.mtime()));
    }
  }

  @Override
  public String contentKey(LayerEntry entry) {
    return digest + " " + links.getOrDefault(entry.path(), entry.path());
  }

  @Override
  public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
    Map<String, List<LayerEntry>> wanted =
        files.stream().collect(Collectors.groupingBy(f -> links.getOrDefault(f.path(), f.path())));
    try (InputStream in = unzipped(file)) {
      new LayerReader(UnpackLimits.DEFAULT)
          .read(
              in,
              (entry, content) -> {
                List<LayerEntry> names = wanted.get(entry.path());
                if (names == null || entry.type() != LayerEntry.Type.FILE) {
                  return;
                }
                byte[] bytes = names.size() > 1 ? content.readAllBytes() : new byte[0];
                for (LayerEntry name : names) {
                  sink.accept(name, names.size() > 1 ? new ByteArrayInputStream(bytes) : content);
                }
              });
    }
  }

  @Override
  public String toString() {
    return Sha256.brief(digest);
  }
}
