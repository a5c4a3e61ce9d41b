package io.slipway.registry.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one repository has: links to blobs and manifests, tags, referrers, uploads. Each is a small
 * file; folders of its own begin with {@code _}, which no repository name may.
 */
public final class Repository {
  private final String name;
  private final Path folder;
  private final BlobStore blobs;

  Repository(String name, Path folder, BlobStore blobs) {
    this.name = name;
    this.folder = folder;
    this.blobs = blobs;
  }

  /**
   * A manifest.
   *
   * @param digest its digest
   * @param mediaType as it was pushed
   * @param content its bytes
   * @param created when it was pushed
   */
  public record Manifest(Digest digest, String mediaType, byte[] content, Instant created) {}

  /**
   * A tag.
   *
   * @param name the tag
   * @param digest what it points to
   * @param created when it was first pushed
   * @param updated when it was last pushed
   */
  public record Tag(String name, Digest digest, Instant created, Instant updated) {}

  public String name() {
    return name;
  }

  /** Whether anything was ever put into it. */
  public boolean exists() {
    return Files.isDirectory(folder.resolve("_manifests"))
        || Files.isDirectory(folder.resolve("_blobs"));
  }

  /** File of a blob, if this repository has it. */
  public Optional<Path> blob(Digest digest) {
    boolean linked =
        Files.exists(link("_blobs", digest)) || Files.exists(link("_manifests", digest));
    return linked && Files.exists(blobs.file(digest))
        ? Optional.of(blobs.file(digest))
        : Optional.empty();
  }

  /** Makes a blob of the store visible here. */
  public void linkBlob(Digest digest) throws IOException {
    AtomicFile.write(link("_blobs", digest), new byte[0]);
  }

  /** Removes the link to a blob; false if there was none. */
  public boolean unlinkBlob(Digest digest) throws IOException {
    return Files.deleteIfExists(link("_blobs", digest));
  }

  /** Stores a manifest and points tags to it. */
  public void putManifest(
      Digest digest, String mediaType, byte[] content, List<String> tags, Instant now)
      throws IOException {
    blobs.put(content, digest);
    Path link = link("_manifests", digest);
    if (!Files.exists(link)) {
      AtomicFile.write(link, (now + "\n" + mediaType).getBytes(StandardCharsets.UTF_8));
    }
    for (String tag : tags) {
      Instant created = tag(tag).map(Tag::created).orElse(now);
      String text = digest + "\n" + created + "\n" + now;
      AtomicFile.write(folder.resolve("_tags").resolve(tag), text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The manifest of a tag or digest. */
  public Optional<Manifest> manifest(String reference) throws IOException {
    Optional<Digest> digest = Digest.parse(reference);
    if (digest.isEmpty()) {
      digest = tag(reference).map(Tag::digest);
    }
    return digest.isPresent() ? read(digest.get()) : Optional.empty();
  }

  private Optional<Manifest> read(Digest digest) throws IOException {
    try {
      String[] link = Files.readString(link("_manifests", digest)).split("\n", 2);
      byte[] content = Files.readAllBytes(blobs.file(digest));
      return Optional.of(new Manifest(digest, link[1], content, Instant.parse(link[0])));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** Deletes a manifest and its tags; false if there was none. */
  public boolean deleteManifest(Digest digest) throws IOException {
    for (Tag tag : tags()) {
      if (tag.digest().equals(digest)) {
        deleteTag(tag.name());
      }
    }
    return Files.deleteIfExists(link("_manifests", digest));
  }

  public Optional<Tag> tag(String tag) throws IOException {
    if (!RepositoryName.isTag(tag)) {
      return Optional.empty();
    }
    try {
      String[] lines = Files.readString(folder.resolve("_tags").resolve(tag)).split("\n");
      return Digest.parse(lines[0])
          .map(digest -> new Tag(tag, digest, Instant.parse(lines[1]), Instant.parse(lines[2])));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** Deletes a tag, not its manifest. */
  public boolean deleteTag(String tag) throws IOException {
    return RepositoryName.isTag(tag) && Files.deleteIfExists(folder.resolve("_tags").resolve(tag));
  }

  /** All tags in the order of their names. */
  public List<Tag> tags() throws IOException {
    List<Tag> tags = new ArrayList<>();
    for (String tag : names(folder.resolve("_tags"))) {
      tag(tag).ifPresent(tags::add);
    }
    return tags;
  }

  /** All manifests in the order of their digests. */
  public List<Manifest> manifests() throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (String algorithm : names(folder.resolve("_manifests"))) {
      for (String hex : names(folder.resolve("_manifests").resolve(algorithm))) {
        Optional<Digest> digest = Digest.parse(algorithm + ":" + hex);
        if (digest.isPresent()) {
          read(digest.get()).ifPresent(manifests::add);
        }
      }
    }
    return manifests;
  }

  public void delete() throws IOException {
    for (String own : List.of("_tags", "_manifests", "_blobs", "_uploads")) {
      Folders.delete(folder.resolve(own));
    }
  }

  public Path uploads() throws IOException {
    return Files.createDirectories(folder.resolve("_uploads"));
  }

  private Path link(String kind, Digest digest) {
    return folder.resolve(kind).resolve(digest.algorithm()).resolve(digest.hex());
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}
