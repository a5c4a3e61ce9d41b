package io.slipway.builder.interpreter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.OpenFile;
import io.slipway.builder.OpenFile.About;
import io.slipway.builder.OpenFolder;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.Dockerignore;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.layer.SourceChangedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The build context without what {@code .dockerignore} leaves out. Links are followed by hand, so
 * that none leads out of the folder, and steps may write to it meanwhile: what is planned and read
 * is found in open folders. Everything in it belongs to root, as in Docker.
 */
final class ContextFiles implements FileSource, Closeable {
  private static final Pattern LAST_ZEROS = Pattern.compile("\\.?0+$");

  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  /** More rules than anybody writes. */
  private static final int LONGEST_RULES = 1 << 20;

  private final OpenFolder root;
  private final Dockerignore ignore;

  /** What files are that have several names, by each of them. */
  private final Map<String, String> linked = new HashMap<>();

  private ContextFiles(OpenFolder root, Dockerignore ignore) {
    this.root = root;
    this.ignore = ignore;
  }

  /** Reads the rules that count for a Dockerfile: its own file of them, else the context's. */
  static ContextFiles open(Path context, Path dockerfile) throws EngineException, IOException {
    try (OpenFolder beside = root(Objects.requireNonNull(dockerfile.getParent()))) {
      Optional<Dockerignore> own = rules(beside, dockerfile.getFileName() + ".dockerignore");
      return own.isPresent() ? new ContextFiles(root(context), own.get()) : open(context);
    }
  }

  /** Reads the rules of the folder itself. */
  static ContextFiles open(Path context) throws EngineException, IOException {
    OpenFolder root = root(context);
    try {
      Optional<Dockerignore> general = rules(root, ".dockerignore");
      return new ContextFiles(root, general.orElseGet(() -> Dockerignore.parse("")));
    } catch (EngineException | IOException | RuntimeException failed) {
      root.close();
      throw failed;
    }
  }

  /** A folder of which nothing is left out. */
  static ContextFiles whole(Path folder) throws EngineException, IOException {
    return without(folder, "");
  }

  /** A folder without what a pattern finds. */
  static ContextFiles without(Path folder, String pattern) throws EngineException, IOException {
    return new ContextFiles(root(folder), Dockerignore.parse(pattern));
  }

  private static OpenFolder root(Path folder) throws EngineException, IOException {
    try {
      return OpenFolder.openReal(folder);
    } catch (NotDirectoryException gone) {
      throw EngineException.user(
          "unable to prepare context: a part of its path is not a folder any more, or has become a"
              + " link",
          gone);
    }
  }

  private static Optional<Dockerignore> rules(OpenFolder folder, String name)
      throws EngineException, IOException {
    if (folder.find(name).filter(About::isFile).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Dockerignore.parse(new String(folder.read(name, LONGEST_RULES), UTF_8)));
    } catch (FileSystemException | IllegalArgumentException malformed) {
      throw EngineException.user(".dockerignore: " + malformed.getMessage(), malformed);
    }
  }

  @Override
  public String resolve(String path) throws IOException {
    try {
      return root.resolve(path);
    } catch (NoSuchFileException | NotLinkException gone) {
      throw new SourceChangedException(path, "a link in it is gone");
    }
  }

  @Override
  public Optional<LayerEntry> find(String path) throws IOException {
    return entry(root, path, path);
  }

  private Optional<LayerEntry> entry(OpenFolder in, String name, String path) throws IOException {
    Optional<About> found = in.find(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    About about = found.get();
    // An excluded folder counts for what may be taken back into it.
    if (isExcluded(path) && !(ignore.takesBack() && about.isFolder())) {
      return Optional.empty();
    }
    int mode = about.permissions();
    Instant mtime = about.changed().truncatedTo(ChronoUnit.SECONDS);
    if (about.isFile()) {
      if (about.names() > 1) {
        linked.put(path, "inode " + about.identity());
      }
      return Optional.of(LayerEntry.file(path, mode, 0, 0, mtime, about.size()));
    }
    if (about.isFolder()) {
      return Optional.of(LayerEntry.folder(path, mode, 0, 0, mtime));
    }
    if (!about.isLink()) {
      return Optional.empty(); // sockets and devices are not part of a context
    }
    try {
      return Optional.of(LayerEntry.symlink(path, in.readLink(name), 0, 0, mtime));
    } catch (NoSuchFileException | NotLinkException gone) {
      return Optional.empty();
    }
  }

  @Override
  public List<LayerEntry> children(String folder) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    try (OpenFolder in = folder(folder)) {
      for (String name : in.names()) {
        entry(in, name, LayerPath.join(folder, name)).ifPresent(entries::add);
      }
    }
    return entries;
  }

  /** Whether a folder is included only for what it may hold. */
  boolean isExcluded(String path) {
    return !path.isEmpty() && ignore.excludes(path);
  }

  @Override
  public String contentKey(LayerEntry file) throws IOException {
    try (OpenFile opened = open(file);
        InputStream in = opened.stream()) {
      return Sha256.of(in);
    }
  }

  @Override
  public boolean mayChange() {
    return true;
  }

  @Override
  public String identity(LayerEntry file) {
    return linked.getOrDefault(file.path(), file.path());
  }

  /** Holds a file, whatever has its name later. */
  OpenFile open(LayerEntry file) throws IOException {
    return open(root, file.path(), file);
  }

  private static OpenFile open(OpenFolder in, String name, LayerEntry file) throws IOException {
    try {
      return in.file(name);
    } catch (NoSuchFileException gone) {
      throw new SourceChangedException(file.path(), "it is gone");
    } catch (FileSystemException other) {
      throw new SourceChangedException(file.path(), "it is no file any more, or behind a link");
    }
  }

  @Override
  public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
    OpenFolder folder = root.folder("");
    String path = "";
    try {
      for (LayerEntry file : files) {
        // Files come folder by folder.
        if (!file.parent().equals(path)) {
          folder.close();
          path = file.parent();
          folder = folder(path);
        }
        try (OpenFile opened = open(folder, file.name(), file);
            InputStream in = opened.stream()) {
          sink.accept(file.sized(opened.about().size()), in);
        }
      }
    } finally {
      folder.close();
    }
  }

  private OpenFolder folder(String path) throws IOException {
    try {
      return root.folder(path);
    } catch (NoSuchFileException | NotDirectoryException gone) {
      throw new SourceChangedException(path, "it is not a folder any more");
    }
  }

  /** About how much it is; what somebody takes away meanwhile does not count. */
  long bytes() throws IOException {
    return bytes("");
  }

  private long bytes(String folder) throws IOException {
    long sum = 0;
    try {
      for (LayerEntry child : children(folder)) {
        sum += child.type() == LayerEntry.Type.FOLDER ? bytes(child.path()) : child.size();
      }
    } catch (SourceChangedException gone) {
      return sum;
    }
    return sum;
  }

  @Override
  public void close() {
    root.close();
  }

  /** A size as Docker shows it: four digits, units of thousands. */
  static String sizeText(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.size() - 1) {
      size /= 1000;
      unit++;
    }
    String digits = String.format(Locale.ROOT, "%.4g", size);
    String plain = digits.contains(".") ? LAST_ZEROS.matcher(digits).replaceFirst("") : digits;
    return (bytes == 0 ? "0" : plain) + UNITS.get(unit);
  }
}
