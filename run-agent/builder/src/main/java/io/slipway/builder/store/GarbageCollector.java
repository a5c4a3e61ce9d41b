package io.slipway.builder.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.builder.process.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what a store takes, and deletes what was not used for the longest time. */
final class GarbageCollector {
  private static final JsonMapper JSON = new JsonMapper();

  private final StoreLayout layout;
  private final Leases leases;

  GarbageCollector(StoreLayout layout, Leases leases) {
    this.layout = layout;
    this.leases = leases;
  }

  /**
   * Something that can be deleted alone; all but blobs can be made again from blobs.
   *
   * @param lease what is asked of {@link Leases}; empty for records, which no run holds
   */
  private record Item(Path path, String lease, long bytes, FileTime lastUsed) {
    boolean isLayer() {
      return lease.startsWith("layer ");
    }

    boolean isBlob() {
      return lease.startsWith("blob ");
    }
  }

  ImageStore.StoreUsage usage() throws IOException {
    long blobBytes = 0;
    long layerBytes = 0;
    long leasedBytes = 0;
    int blobs = 0;
    int layers = 0;
    for (Item item : items()) {
      if (item.isLayer()) {
        layers++;
        layerBytes += item.bytes();
      } else if (item.isBlob()) {
        blobs++;
        blobBytes += item.bytes();
      }
      leasedBytes += leases.isTaken(item.lease()) ? item.bytes() : 0;
    }
    return new ImageStore.StoreUsage(blobBytes, layerBytes, leasedBytes, blobs, layers);
  }

  long collect(long limitBytes) throws IOException {
    List<Item> items = items();
    long total = items.stream().mapToLong(Item::bytes).sum();
    long freed = 0;
    items.sort(Comparator.comparing(Item::lastUsed));
    List<Item> kept = new ArrayList<>();
    for (Item item : items) {
      if (total - freed <= limitBytes) {
        return freed;
      }
      // A note is small, and its blob is of no use without it.
      if (isNoteOfBlob(item.path())) {
        kept.add(item);
      } else if (delete(item)) {
        freed += item.bytes();
      }
    }
    for (Item item : kept) {
      if (total - freed > limitBytes && delete(item)) {
        freed += item.bytes();
      }
    }
    return freed;
  }

  /** Whether it tells something of a blob that is there. */
  private boolean isNoteOfBlob(Path note) {
    Path folder = note.getParent();
    String name = String.valueOf(note.getFileName());
    return switch (folder == null ? "" : String.valueOf(folder.getFileName())) {
      case "pairs", "origins" -> Files.exists(layout.blobs().resolve(name));
      case "cache" -> isOfBlob(note);
      default -> false;
    };
  }

  private boolean isOfBlob(Path note) {
    try {
      String digest = JSON.readTree(note.toFile()).path("digest").asText("");
      return digest.startsWith("sha256:") && Files.exists(layout.blob(digest));
    } catch (IOException | IllegalArgumentException unreadable) {
      return false;
    }
  }

  private boolean delete(Item item) throws IOException {
    // Renamed away in one step, while no run can take hold of it; then deleted without a hurry.
    Path grave = layout.newScratch();
    boolean gone =
        leases.ifFree(
            item.lease(), () -> Files.move(item.path(), grave, StandardCopyOption.ATOMIC_MOVE));
    if (gone) {
      Folders.delete(grave);
    }
    return gone;
  }

  private List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    for (Path blob : list(layout.blobs())) {
      add(items, blob, Leases.blob("sha256:" + blob.getFileName()));
    }
    for (String notes : List.of("indexes", "pairs", "origins", "cache")) {
      for (Path note : list(layout.root().resolve(notes))) {
        add(items, note, "");
      }
    }
    for (Path layer : list(layout.layers())) {
      Path ready = layer.resolve("ready");
      if (Files.exists(ready)) {
        items.add(
            new Item(
                layer,
                Leases.layer("sha256:" + layer.getFileName()),
                LayerFolders.ready(layer).bytes(),
                Files.getLastModifiedTime(ready)));
      }
    }
    return items;
  }

  private static void add(List<Item> items, Path file, String lease) throws IOException {
    try {
      items.add(new Item(file, lease, Files.size(file), Files.getLastModifiedTime(file)));
    } catch (NoSuchFileException e) {
      return; // replaced or deleted meanwhile
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(files::add);
    }
    return files;
  }

  /** Who uses what. Whatever has a lease is not deleted. */
  static final class Leases {
    private final Map<String, Integer> counts = new HashMap<>();

    static String blob(String digest) {
      return "blob " + digest;
    }

    static String layer(String diffId) {
      return "layer " + diffId;
    }

    synchronized void take(String key) {
      counts.merge(key, 1, Integer::sum);
    }

    synchronized void giveBack(String key) {
      counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }

    synchronized boolean isTaken(String key) {
      return counts.containsKey(key);
    }

    /** Works on a thing only while no run holds it and none can start to. */
    synchronized <E extends Exception> boolean ifFree(String key, Action<E> action) throws E {
      if (counts.containsKey(key)) {
        return false;
      }
      action.run();
      return true;
    }

    /** The work on something that no run holds. */
    interface Action<E extends Exception> {
      void run() throws E;
    }
  }
}
