package io.slipway.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes away what nobody can reach any more: abandoned uploads, links to blobs that no manifest
 * names, then blobs without a link. Nothing younger than a grace time is touched, and who links to
 * a blob or pushes a manifest renews the time of what he relies on, under the lock that a deletion
 * needs: pushes and mounts go on meanwhile. A repository that cannot be read keeps all that it has,
 * and does not stop the others.
 */
public final class Sweep {
  private static final int BATCH = 100_000;

  private final Path registries;
  private final BlobStore blobs;
  private final List<String> problems = new ArrayList<>();
  private int uploads;
  private int links;
  private int deleted;
  private long bytes;

  /** Of all registries in a folder, which share the blobs. */
  public Sweep(Path registries, BlobStore blobs) {
    this.registries = registries;
    this.blobs = blobs;
  }

  /**
   * What a sweep did.
   *
   * @param uploads abandoned uploads that were deleted
   * @param links links that were removed
   * @param blobs blobs that were deleted
   * @param bytes what these blobs took
   * @param problems what it could not read or delete
   */
  public record Swept(int uploads, int links, int blobs, long bytes, List<String> problems) {}

  /**
   * Sweeps once.
   *
   * @param uploadsBefore when abandoned uploads were last written to, at the latest
   * @param before when other things were last made or asked for, at the latest
   */
  public Swept sweep(Instant uploadsBefore, Instant before) {
    attempt("what was put aside", this::emptyTrash);
    attempt("registries", () -> repositories(uploadsBefore, before));
    attempt("blobs", () -> blobs(before));
    return new Swept(uploads, links, deleted, bytes, List.copyOf(problems));
  }

  @FunctionalInterface
  private interface Part {
    void run() throws IOException;
  }

  private void attempt(String what, Part part) {
    try {
      part.run();
    } catch (IOException | RuntimeException failed) {
      problems.add(what + ": " + failed);
    }
  }

  private void emptyTrash() throws IOException {
    for (String name : Folders.names(blobs.trash())) {
      attempt(name, () -> Folders.delete(blobs.trash().resolve(name)));
    }
  }

  private void repositories(Instant uploadsBefore, Instant before) throws IOException {
    for (String name : Folders.names(registries)) {
      attempt(
          name,
          () -> {
            for (Repository one : new RegistryStore(registries.resolve(name), blobs).all()) {
              String both = name + "/" + one.name();
              attempt(both, () -> uploads += sweepUploads(one, uploadsBefore));
              attempt(both, () -> links += unlinkUnnamed(one, before));
            }
          });
    }
  }

  private void blobs(Instant before) throws IOException {
    Set<Digest> old = new HashSet<>();
    for (String algorithm : List.of("sha256", "sha512")) {
      for (String prefix : Folders.names(blobs.folder().resolve(algorithm))) {
        Path folder = blobs.folder().resolve(algorithm).resolve(prefix);
        for (String hex : Folders.names(folder)) {
          Optional<Digest> digest = Digest.parse(algorithm + ":" + hex);
          boolean isOld = BlobStore.isOlder(folder.resolve(hex), before);
          if (isOld && digest.isPresent()) {
            old.add(digest.get());
          } else if (isOld && hex.startsWith(".")) {
            Files.deleteIfExists(folder.resolve(hex)); // the process died while it was written
          }
        }
        if (old.size() >= BATCH) {
          deleteUnlinked(old, before);
          old = new HashSet<>();
        }
      }
    }
    deleteUnlinked(old, before);
  }

  /** If any link cannot be read, nothing is deleted: what it names is not known. */
  private void deleteUnlinked(Set<Digest> old, Instant before) throws IOException {
    for (String name : Folders.names(registries)) {
      for (Repository repository : new RegistryStore(registries.resolve(name), blobs).all()) {
        if (!old.isEmpty()) {
          removeLinked(repository, old);
        }
      }
    }
    for (Digest digest : old) {
      attempt(
          digest.toString(),
          () -> {
            long size = blobs.deleteIfOlder(digest, before);
            deleted += size < 0 ? 0 : 1;
            bytes += Math.max(0, size);
          });
    }
  }

  private static int sweepUploads(Repository repository, Instant before) throws IOException {
    int count = 0;
    Path uploads = repository.folder.resolve("_uploads");
    for (String upload : Folders.names(uploads)) {
      Path file = uploads.resolve(upload);
      if (BlobStore.isOlder(file, before) && Files.deleteIfExists(file)) {
        count++;
      }
    }
    return count;
  }

  /**
   * Removes links to blobs that no manifest of a repository names.
   *
   * @param before when they were made or asked for, at the latest
   * @return how many
   */
  private int unlinkUnnamed(Repository repository, Instant before) throws IOException {
    int count = 0;
    for (Set<Digest> candidates : old(repository, before)) {
      // A manifest that comes after this look renews the links that it needs.
      for (String digest : repository.manifestNames()) {
        Optional<Repository.Manifest> manifest = repository.manifest(digest);
        if (manifest.isPresent()) {
          blobs.reader().parts().apply(manifest.get().content()).forEach(candidates::remove);
        }
      }
      for (Digest digest : candidates) {
        Path link = repository.link("_blobs", digest);
        count +=
            repository.alone(() -> BlobStore.isOlder(link, before) && Files.deleteIfExists(link))
                ? 1
                : 0;
      }
    }
    return count;
  }

  /** Old links in portions that fit into memory. */
  private static List<Set<Digest>> old(Repository repository, Instant before) throws IOException {
    List<Set<Digest>> portions = new ArrayList<>();
    Set<Digest> portion = new HashSet<>();
    for (String text : repository.digestNames("_blobs")) {
      Optional<Digest> digest = Digest.parse(text);
      if (digest.isPresent()
          && BlobStore.isOlder(repository.link("_blobs", digest.get()), before)) {
        portion.add(digest.get());
      }
      if (portion.size() == BATCH) {
        portions.add(portion);
        portion = new HashSet<>();
      }
    }
    if (!portion.isEmpty()) {
      portions.add(portion);
    }
    return portions;
  }

  /** Takes away from a set whatever a repository links to. */
  private static void removeLinked(Repository repository, Set<Digest> digests) throws IOException {
    for (String kind : List.of("_blobs", "_manifests")) {
      for (String text : repository.digestNames(kind)) {
        Digest.parse(text).ifPresent(digests::remove);
      }
    }
  }
}
