package io.slipway.registry.store;

import io.slipway.registry.store.Lists.Order;
import io.slipway.registry.store.Lists.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one repository has: links to blobs and manifests, tags, referrers, locks, uploads. Each is a
 * small file; folders of its own begin with {@code _}, which no repository name may. Which tags a
 * manifest has and what refers to it are folders, made of the rest when first asked for.
 */
public final class Repository {
  private final String name;
  final Path root;
  final Path folder;
  final BlobStore blobs;

  Repository(String name, Path root, BlobStore blobs) {
    this.name = name;
    this.root = root;
    this.folder = root.resolve(name);
    this.blobs = blobs;
  }

  /** Something that reads or writes files. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Does something while nobody else changes this repository. */
  public <T> T alone(Work<T> work) throws IOException {
    ReentrantLock lock = blobs.repositoryLock(folder);
    lock.lock();
    try {
      return work.run();
    } finally {
      lock.unlock();
    }
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

  /** The same for a client that will push a manifest with it: it stays for the grace time. */
  public Optional<Path> keptBlob(Digest digest) throws IOException {
    return alone(() -> {
      renew(link("_blobs", digest));
      return blob(digest);
    });
  }

  private void renew(Path link) throws IOException {
    if (Files.exists(link)) {
      blobs.renew(link);
    }
  }

  /** Makes a blob of the store visible here; false if it is not there. */
  public boolean linkBlob(Digest digest) throws IOException {
    if (!blobs.claim(digest)) {
      return false;
    }
    return alone(() -> {
      AtomicFile.mark(link("_blobs", digest));
      blobs.renew(link("_blobs", digest));
      return true;
    });
  }

  /** Removes the link to a blob; false if there was none. */
  public boolean unlinkBlob(Digest digest) throws IOException {
    return alone(() -> Files.deleteIfExists(link("_blobs", digest)));
  }

  /** Stores a manifest and points tags to it. */
  public void putManifest(
      Digest digest, String mediaType, byte[] content, List<String> tags, Instant now)
      throws IOException {
    alone(() -> {
      for (Digest part : blobs.reader().parts().apply(content)) {
        renew(link("_blobs", part));
      }
      blobs.put(content, digest);
      Optional<Digest> subject = blobs.reader().subject().apply(content);
      if (subject.isPresent()) {
        AtomicFile.mark(link("_referrers", subject.get()).resolve(digest.toString()));
      }
      Path link = link("_manifests", digest);
      if (!Files.exists(link)) {
        AtomicFile.write(link, (now + "\n" + mediaType).getBytes(StandardCharsets.UTF_8));
        blobs.lists().changed(root);
        blobs.lists().changed(folder.resolve("_manifests"));
      }
      for (String tag : tags) {
        point(tag, digest, now);
      }
      return true;
    });
  }

  private void point(String tag, Digest digest, Instant now) throws IOException {
    Optional<Tag> old = tag(tag);
    AtomicFile.mark(link("_tagged", digest).resolve(tag));
    String text = digest + "\n" + old.map(Tag::created).orElse(now) + "\n" + now;
    AtomicFile.write(tagFile(tag), text.getBytes(StandardCharsets.UTF_8));
    if (old.isPresent() && !old.get().digest().equals(digest)) {
      Files.deleteIfExists(link("_tagged", old.get().digest()).resolve(tag));
    }
    blobs.lists().changed(folder.resolve("_tags"));
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
    return alone(() -> {
      List<String> tags = tagsOf(digest);
      Optional<Digest> subject = read(digest).flatMap(this::subject);
      for (String tag : tags) {
        deleteTag(tag);
      }
      boolean gone = Files.deleteIfExists(link("_manifests", digest));
      if (subject.isPresent()) {
        Files.deleteIfExists(link("_referrers", subject.get()).resolve(digest.toString()));
      }
      Folders.delete(link("_tagged", digest));
      Files.deleteIfExists(lock(digest.toString()));
      blobs.lists().changed(folder.resolve("_manifests"));
      return gone;
    });
  }

  private Optional<Digest> subject(Manifest manifest) {
    return blobs.reader().subject().apply(manifest.content());
  }

  /** Tags of a manifest, in order. */
  public List<String> tagsOf(Digest digest) throws IOException {
    index();
    List<String> tags = new ArrayList<>();
    for (String tag : names(link("_tagged", digest))) {
      // The process may have died between the index and the tag.
      if (tag(tag).filter(found -> found.digest().equals(digest)).isPresent()) {
        tags.add(tag);
      }
    }
    return tags;
  }

  /** Digests of the manifests that refer to one, in order. */
  public List<String> referrers(Digest subject) throws IOException {
    index();
    return names(link("_referrers", subject));
  }

  /** Folders of a time before there was an index get one. */
  private void index() throws IOException {
    Path done = folder.resolve("_indexed");
    if (Files.exists(done) || !exists()) {
      return;
    }
    alone(() -> {
      for (String name : names(folder.resolve("_tags"))) {
        Optional<Tag> tag = tag(name);
        if (tag.isPresent()) {
          AtomicFile.mark(link("_tagged", tag.get().digest()).resolve(name));
        }
      }
      for (String digest : manifestNames()) {
        Optional<Digest> subject = manifest(digest).flatMap(this::subject);
        if (subject.isPresent()) {
          AtomicFile.mark(link("_referrers", subject.get()).resolve(digest));
        }
      }
      AtomicFile.mark(done);
      return true;
    });
  }

  public Optional<Tag> tag(String tag) throws IOException {
    if (!RepositoryName.isTag(tag)) {
      return Optional.empty();
    }
    try {
      String[] lines = Files.readString(tagFile(tag)).split("\n");
      return Digest.parse(lines[0])
          .map(digest -> new Tag(tag, digest, Instant.parse(lines[1]), Instant.parse(lines[2])));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** Deletes a tag, not its manifest. */
  public boolean deleteTag(String tag) throws IOException {
    return alone(() -> {
      Optional<Tag> old = tag(tag);
      if (old.isEmpty()) {
        return false;
      }
      Files.deleteIfExists(tagFile(tag));
      Files.deleteIfExists(link("_tagged", old.get().digest()).resolve(tag));
      Files.deleteIfExists(lock(tag));
      blobs.lists().gone(tagFile(tag), old.get().updated());
      blobs.lists().changed(folder.resolve("_tags"));
      return true;
    });
  }

  /**
   * Tags that lists show.
   *
   * @param last the tag before the first; one that is gone has its old place as long as that is
   *     known, else the list begins from its beginning
   */
  public Page tags(Order order, Optional<String> last, int most) throws IOException {
    Path tags = folder.resolve("_tags");
    return blobs
        .lists()
        .page(
            tags,
            order,
            last,
            most,
            tag -> {
              Optional<Instant> now = tag(tag).map(Tag::updated);
              return now.isPresent() ? now : blobs.lists().timeOfGone(tagFile(tag));
            },
            () -> names(tags),
            this::isListed);
  }

  /** Digests of manifests that lists show; by time, one that is gone begins from the beginning. */
  public Page manifests(Order order, Optional<String> last, int most) throws IOException {
    Path manifests = folder.resolve("_manifests");
    return blobs
        .lists()
        .page(manifests, order, last, most, this::pushed, this::manifestNames, this::isListed);
  }

  private Optional<Instant> pushed(String digest) throws IOException {
    Optional<Digest> known = Digest.parse(digest);
    try {
      return known.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Instant.parse(Files.readString(link("_manifests", known.get())).split("\n", 2)[0]));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** Digests of all manifests, also of those that lists do not show. */
  public List<String> manifestNames() throws IOException {
    return digestNames("_manifests");
  }

  /** All tags, also those that lists do not show. */
  public List<String> tagNames() throws IOException {
    return names(folder.resolve("_tags"));
  }

  List<String> digestNames(String kind) throws IOException {
    List<String> digests = new ArrayList<>();
    for (String algorithm : names(folder.resolve(kind))) {
      for (String hex : names(folder.resolve(kind).resolve(algorithm))) {
        digests.add(algorithm + ":" + hex);
      }
    }
    return digests;
  }

  /**
   * What may be done.
   *
   * @param item a tag, the digest of a manifest, or empty for the repository itself
   */
  public Attributes attributes(String item) throws IOException {
    try {
      return Attributes.parse(Files.readString(lock(item)));
    } catch (NoSuchFileException open) {
      return Attributes.ALL;
    }
  }

  private boolean isListed(String item) throws IOException {
    return attributes(item).listEnabled();
  }

  /** Changes what may be done with an item, see {@link #attributes}. */
  public void lock(String item, Attributes attributes) throws IOException {
    AtomicFile.write(lock(item), attributes.text().getBytes(StandardCharsets.UTF_8));
    listsChanged();
  }

  void listsChanged() {
    for (Path list : List.of(root, folder.resolve("_tags"), folder.resolve("_manifests"))) {
      blobs.lists().changed(list);
    }
  }

  /** The first tag or manifest that may not be deleted. */
  public Optional<String> firstProtected() throws IOException {
    for (String item : names(folder.resolve("_locks"))) {
      String tagOrDigest = item.substring(1);
      if (!tagOrDigest.isEmpty() && !attributes(tagOrDigest).mayBeDeleted()) {
        return Optional.of(tagOrDigest);
      }
    }
    return Optional.empty();
  }

  private Path lock(String item) {
    return folder.resolve("_locks").resolve("@" + item);
  }

  /** Deletes all that it has: at once for others, on disk afterwards. */
  public void delete() throws IOException {
    RegistryStore.delete(this);
  }

  public Path uploads() throws IOException {
    return Files.createDirectories(folder.resolve("_uploads"));
  }

  private Path tagFile(String tag) {
    return folder.resolve("_tags").resolve(tag);
  }

  Path link(String kind, Digest digest) {
    return folder.resolve(kind).resolve(digest.algorithm()).resolve(digest.hex());
  }

  static List<String> names(Path folder) throws IOException {
    return Folders.names(folder).stream().filter(name -> !name.startsWith(".")).sorted().toList();
  }
}
