package io.slipway.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The content of one registry. */
public final class RegistryStore {
  private final Path folder;
  private final BlobStore blobs;

  /** Keeps it in a folder; blobs may be shared with other registries. */
  public RegistryStore(Path folder, BlobStore blobs) {
    this.folder = folder;
    this.blobs = blobs;
  }

  public BlobStore blobs() {
    return blobs;
  }

  /** A repository, whether there is anything in it or not; the name must be valid. */
  public Repository repository(String name) {
    if (!RepositoryName.isValid(name)) {
      throw new IllegalArgumentException("no name of a repository: " + name);
    }
    return new Repository(name, folder.resolve(name), blobs);
  }

  /** Names of all repositories that have a manifest, in order. */
  public List<String> repositories() throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      collect(folder, "", names);
    }
    names.sort(null);
    return names;
  }

  private static void collect(Path at, String prefix, List<String> names) throws IOException {
    List<Path> folders;
    try (Stream<Path> children = Files.list(at)) {
      folders = children.filter(Files::isDirectory).toList();
    }
    for (Path child : folders) {
      String name = child.getFileName().toString();
      if (name.equals("_manifests")) {
        names.add(prefix.substring(0, prefix.length() - 1));
      } else if (!name.startsWith("_")) {
        collect(child, prefix + name + "/", names);
      }
    }
  }

  /**
   * Deletes abandoned uploads.
   *
   * @param before when they were last written to, at the latest
   * @return how many
   */
  public int sweepUploads(Instant before) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    List<Path> stale;
    try (Stream<Path> all = Files.walk(folder)) {
      stale =
          all.filter(file -> "_uploads".equals(String.valueOf(parentName(file))))
              .filter(file -> isOlder(file, before))
              .toList();
    }
    int count = 0;
    for (Path file : stale) {
      // Looked at again: its client may have continued in the meantime.
      if (isOlder(file, before) && Files.deleteIfExists(file)) {
        count++;
      }
    }
    return count;
  }

  private static @Nullable Path parentName(Path file) {
    Path parent = file.getParent();
    return parent == null ? null : parent.getFileName();
  }

  private static boolean isOlder(Path file, Instant before) {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(before);
    } catch (IOException gone) {
      return false;
    }
  }

  public void delete() throws IOException {
    Folders.delete(folder);
  }
}
