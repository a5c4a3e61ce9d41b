package io.slipway.registry.store;

import io.slipway.registry.store.Lists.Entry;
import io.slipway.registry.store.Lists.Order;
import io.slipway.registry.store.Lists.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The content of one registry. */
public final class RegistryStore {
  /** Tags first, blobs last: whatever the process dies after, what is there is whole. */
  private static final List<String> OWN =
      List.of(
          "_tags",
          "_manifests",
          "_indexed",
          "_tagged",
          "_referrers",
          "_locks",
          "_blobs",
          "_uploads");

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
    return new Repository(name, folder, blobs);
  }

  /** Names of repositories that have a manifest and that lists show, in order. */
  public Page repositories(Optional<String> last, int most) throws IOException {
    List<Entry> all =
        blobs
            .lists()
            .all(
                folder,
                Order.NAME,
                () -> {
                  List<Entry> entries = new ArrayList<>();
                  for (Repository repository : all()) {
                    if (Files.isDirectory(folder.resolve(repository.name()).resolve("_manifests"))
                        && repository.attributes("").listEnabled()) {
                      entries.add(new Entry(repository.name(), Instant.EPOCH));
                    }
                  }
                  return entries;
                });
    return Lists.after(all, Order.NAME, last.map(name -> new Entry(name, Instant.EPOCH)), most);
  }

  /** Every repository of which anything is on disk, be it only an upload. */
  List<Repository> all() throws IOException {
    List<Repository> found = new ArrayList<>();
    collect(folder, "", found);
    return found;
  }

  /** Bytes of all that the registry has, each content once, and of what is being uploaded to it. */
  public long bytes() throws IOException {
    Set<Digest> known = new HashSet<>();
    long bytes = 0;
    for (Repository repository : all()) {
      for (String kind : List.of("_blobs", "_manifests")) {
        for (String text : repository.digestNames(kind)) {
          Optional<Digest> digest = Digest.parse(text);
          if (digest.isPresent() && known.add(digest.get())) {
            bytes += size(blobs.file(digest.get()));
          }
        }
      }
      Path uploads = repository.folder.resolve("_uploads");
      for (String upload : Folders.names(uploads)) {
        bytes += size(uploads.resolve(upload));
      }
    }
    return bytes;
  }

  /** How many uploads were begun and not ended. */
  public long uploads() throws IOException {
    long uploads = 0;
    for (Repository repository : all()) {
      uploads += Folders.names(repository.folder.resolve("_uploads")).size();
    }
    return uploads;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }

  private void collect(Path at, String name, List<Repository> found) throws IOException {
    boolean own = false;
    for (String child : Folders.names(at)) {
      if (child.startsWith("_")) {
        own = true;
      } else {
        collect(at.resolve(child), name.isEmpty() ? child : name + "/" + child, found);
      }
    }
    if (own && RepositoryName.isValid(name)) {
      found.add(repository(name));
    }
  }

  /** Deletes all content: at once for others, on disk afterwards. */
  public void delete() throws IOException {
    Optional<Path> aside = blobs.putAside(folder);
    for (Repository repository : all()) {
      repository.delete();
    }
    blobs.lists().forget(folder);
    if (aside.isPresent()) {
      Folders.delete(aside.get());
    }
  }

  static void delete(Repository repository) throws IOException {
    Path folder = repository.folder;
    BlobStore blobs = repository.blobs;
    List<Path> aside = new ArrayList<>();
    repository.alone(() -> {
      for (String own : OWN) {
        blobs.putAside(folder.resolve(own)).ifPresent(aside::add);
      }
      repository.listsChanged();
      return true;
    });
    for (Path doomed : aside) {
      Folders.delete(doomed);
    }
  }
}
