package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.Dockerignore;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader.LayerSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The build context without what {@code .dockerignore} leaves out. Links are followed by hand, so
 * that none leads out of the folder. Everything in it belongs to root, as in Docker.
 */
final class ContextFiles implements FileSource {
  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  private static final int FORMAT = 0170000;
  private static final int MOST_LINKS = 255;

  private final Path root;
  private final Dockerignore ignore;

  ContextFiles(Path root, Dockerignore ignore) {
    this.root = root;
    this.ignore = ignore;
  }

  /** Reads the rules that count for a Dockerfile: its own file of them, else the context's. */
  static ContextFiles open(Path context, Path dockerfile) throws IOException {
    Path own = dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore");
    return Files.isRegularFile(own, LinkOption.NOFOLLOW_LINKS)
        ? new ContextFiles(context, Dockerignore.parse(Files.readString(own)))
        : open(context);
  }

  /** Reads the rules of the folder itself. */
  static ContextFiles open(Path context) throws IOException {
    Path general = context.resolve(".dockerignore");
    return Files.isRegularFile(general, LinkOption.NOFOLLOW_LINKS)
        ? new ContextFiles(context, Dockerignore.parse(Files.readString(general)))
        : whole(context);
  }

  /** A folder of which nothing is left out. */
  static ContextFiles whole(Path folder) {
    return new ContextFiles(folder, Dockerignore.parse(""));
  }

  @Override
  public String resolve(String path) throws IOException {
    Deque<String> todo = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = LayerPath.parent(at);
        continue;
      }
      String next = LayerPath.join(at, part);
      Path file = root.resolve(next);
      if (Files.isSymbolicLink(file)) {
        if (++links > MOST_LINKS) {
          throw new IOException("too many links in '" + path + "'");
        }
        String target = Files.readSymbolicLink(file).toString();
        at = target.startsWith("/") ? "" : at;
        String[] parts = target.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
          todo.push(parts[i]);
        }
      } else {
        at = next;
      }
    }
    return at;
  }

  @Override
  public Optional<LayerEntry> find(String path) throws IOException {
    if (!path.isEmpty() && ignore.excludes(path) && !mayHold(path)) {
      return Optional.empty();
    }
    try {
      return entry(path);
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return Optional.empty();
    }
  }

  /** An excluded folder in which something may be re-included. */
  private boolean mayHold(String path) {
    return ignore.takesBack() && Files.isDirectory(root.resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private Optional<LayerEntry> entry(String path) throws IOException {
    Path file = root.resolve(path);
    PosixFileAttributes about =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int mode = number(Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
    Instant mtime = about.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS);
    return switch (mode & FORMAT) {
      case 0100000 -> Optional.of(LayerEntry.file(path, mode & 07777, 0, 0, mtime, about.size()));
      case 0040000 -> Optional.of(LayerEntry.folder(path, mode & 07777, 0, 0, mtime));
      case 0120000 ->
          Optional.of(
              LayerEntry.symlink(path, Files.readSymbolicLink(file).toString(), 0, 0, mtime));
      default -> Optional.empty(); // sockets and devices are not part of a context
    };
  }

  private static int number(Object value) {
    return ((Number) value).intValue();
  }

  @Override
  public List<LayerEntry> children(String folder) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(root.resolve(folder))) {
      files = new ArrayList<>(list.toList());
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    List<LayerEntry> entries = new ArrayList<>();
    for (Path file : files) {
      find(LayerPath.join(folder, file.getFileName().toString())).ifPresent(entries::add);
    }
    return entries;
  }

  /** Whether a folder is included only for what it may hold. */
  boolean isExcluded(String path) {
    return !path.isEmpty() && ignore.excludes(path);
  }

  @Override
  public String contentKey(LayerEntry file) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = open(file)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return Sha256.finish(digest);
  }

  @Override
  public String identity(LayerEntry file) throws IOException {
    Path path = root.resolve(file.path());
    return number(Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)) > 1
        ? "inode " + Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS)
        : file.path();
  }

  private InputStream open(LayerEntry file) throws IOException {
    return Files.newInputStream(root.resolve(file.path()), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
    for (LayerEntry file : files) {
      try (InputStream in = open(file)) {
        sink.accept(file, in);
      }
    }
  }

  long bytes() throws IOException {
    return bytes("");
  }

  private long bytes(String folder) throws IOException {
    long sum = 0;
    for (LayerEntry child : children(folder)) {
      sum += child.type() == LayerEntry.Type.FOLDER ? bytes(child.path()) : child.size();
    }
    return sum;
  }

  Path root() {
    return root;
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
    String plain = digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits;
    return (bytes == 0 ? "0" : plain) + UNITS.get(unit);
  }
}
