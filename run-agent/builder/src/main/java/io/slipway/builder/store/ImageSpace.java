package io.slipway.builder.store;

import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerIndex;
import io.slipway.builder.store.GarbageCollector.Leases;
import io.slipway.builder.store.StoredImage.StoredIndex;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The store as one run sees it: its names for images, seen by no other run, and a lease on
 * everything it has used, so that nothing of it is deleted until the space is closed. Safe for many
 * threads.
 */
public final class ImageSpace implements AutoCloseable {
  private static final int LARGEST_CONFIG = 8 << 20;

  private final ImageStore store;
  private final String key;
  private final Map<String, StoredImage> names = new ConcurrentHashMap<>();
  private final Map<String, StoredIndex> indexes = new ConcurrentHashMap<>();
  private final Map<String, String> digests = new ConcurrentHashMap<>();
  private final Set<String> leased = new HashSet<>();
  private @Nullable ExecutorService unpackers;
  private final AtomicLong written = new AtomicLong();
  private boolean closed;

  ImageSpace(ImageStore store, String key) {
    this.store = store;
    this.key = key;
  }

  public String key() {
    return key;
  }

  /** Bytes that this run added to the store. */
  public long written() {
    return written.get();
  }

  /** The image of a name, if this run built or pulled one. */
  public Optional<StoredImage> find(ImageReference name) {
    return Optional.ofNullable(names.get(key(name)));
  }

  /** Gives an image a name, in place of the image that had it. */
  public void tag(ImageReference name, StoredImage image) {
    indexes.remove(key(name));
    names.put(key(name), image);
  }

  /** Gives images of several platforms one name; the first of them is what the name alone means. */
  public void tag(ImageReference name, StoredIndex index) {
    names.put(key(name), index.images().getFirst());
    indexes.put(key(name), index);
  }

  /** The images of several platforms that have a name, if this run built such. */
  public Optional<StoredIndex> index(ImageReference name) {
    return Optional.ofNullable(indexes.get(key(name)));
  }

  /**
   * Digest of the manifest or index that the registry has under a name, as this run last saw it.
   */
  public Optional<String> digest(ImageReference name) {
    return Optional.ofNullable(digests.get(key(name)));
  }

  /** Records what a registry has under a name. */
  public void noteDigest(ImageReference name, String digest) {
    digests.put(key(name), digest);
  }

  /** Makes an image as below, in the format that fits its layers and annotations. */
  public StoredImage addImage(
      ImageConfig config, List<StoredLayer> layers, Map<String, String> annotations)
      throws IOException {
    List<String> types = layers.stream().map(StoredLayer::mediaType).toList();
    return addImage(
        config,
        layers,
        annotations.isEmpty() ? ManifestFormat.fitting(types) : ManifestFormat.OCI,
        annotations);
  }

  /**
   * Makes an image of layers that the store has.
   *
   * @param annotations those of its manifest, which Docker's own format cannot hold
   * @throws IllegalArgumentException if the configuration names other layers
   */
  public StoredImage addImage(
      ImageConfig config,
      List<StoredLayer> layers,
      ManifestFormat format,
      Map<String, String> annotations)
      throws IOException {
    List<String> diffIds = layers.stream().map(StoredLayer::diffId).toList();
    if (!diffIds.equals(config.diffIds())) {
      throw new IllegalArgumentException(
          "The configuration names the layers " + config.diffIds() + ", not " + diffIds);
    }
    lease(Leases.blob(config.digest()));
    String digest = store.blobs().put(config.json());
    long size = config.json().getBytes(StandardCharsets.UTF_8).length;
    List<Descriptor> descriptors = new ArrayList<>();
    for (StoredLayer layer : layers) {
      requireBlob(layer.digest());
      descriptors.add(new Descriptor(layer.mediaType(), layer.digest(), layer.size()));
    }
    Descriptor configBlob = new Descriptor(format.configType(), digest, size);
    return new StoredImage(
        config, layers, new ImageManifest(configBlob, descriptors, annotations).write(format));
  }

  /**
   * Makes an image of a manifest whose blobs were all received.
   *
   * @throws MalformedImageException if configuration and manifest do not fit each other
   */
  public StoredImage addPulled(RawManifest manifest) throws IOException {
    ImageManifest parsed = ImageManifest.parse(manifest);
    byte[] bytes;
    requireBlob(parsed.config().digest());
    try (InputStream in = openBlob(parsed.config().digest())) {
      bytes = in.readNBytes(LARGEST_CONFIG);
    }
    ImageConfig config = ImageConfig.parse(new String(bytes, StandardCharsets.UTF_8));
    List<String> diffIds = config.diffIds();
    if (diffIds.size() != parsed.layers().size()) {
      throw new MalformedImageException(
          "The manifest has %s layers, the configuration %s"
              .formatted(parsed.layers().size(), diffIds.size()));
    }
    List<StoredLayer> layers = new ArrayList<>();
    for (int i = 0; i < diffIds.size(); i++) {
      Descriptor layer = parsed.layers().get(i);
      requireBlob(layer.digest());
      layers.add(new StoredLayer(layer.digest(), layer.size(), layer.mediaType(), diffIds.get(i)));
    }
    return new StoredImage(config, layers, manifest);
  }

  /**
   * Has a blob in the store, from where it may come only if the place has it for this caller.
   *
   * @return whether it had to be fetched
   * @throws MalformedImageException if other bytes came than were asked for
   */
  public <E extends Exception> boolean fetchBlob(Descriptor blob, BlobFetch<E> from)
      throws IOException, E, InterruptedException {
    lease(Leases.blob(blob.digest()));
    boolean fetched = store.fetch(blob, from);
    written.addAndGet(fetched ? blob.size() : 0);
    return fetched;
  }

  /**
   * Keeps a text that this process made as a blob.
   *
   * @return its digest
   */
  public String putText(String text) throws IOException {
    lease(Leases.blob(Sha256.of(text)));
    return store.blobs().put(text);
  }

  /** Opens a blob that this space has. */
  public InputStream openBlob(String digest) throws IOException {
    return store.blobs().open(digest);
  }

  /** Repositories, as {@code registry/repository}, that are known to have a blob. */
  public Set<String> origins(String digest) throws IOException {
    return store.records().origins(digest);
  }

  /** Records that a repository has a blob. */
  public void noteOrigin(String digest, String repository) throws IOException {
    store.records().addOrigin(digest, repository);
  }

  /**
   * Unpacks layers, each once per store, several at a time.
   *
   * @throws MalformedImageException if a layer is not what its configuration says, or hostile
   */
  public UnpackedImage unpack(List<StoredLayer> layers) throws IOException, InterruptedException {
    for (StoredLayer layer : layers) {
      lease(Leases.layer(layer.diffId()));
      requireBlob(layer.digest());
    }
    return store.unpack(layers, unpackers(), written::addAndGet);
  }

  /** The same for those that were never read: they would be read for their indexes first. */
  public void unpackUnread(List<StoredLayer> layers) throws IOException, InterruptedException {
    unpack(layers.stream().filter(layer -> !store.folders().hasIndex(layer.diffId())).toList());
  }

  /** Threads of this run: however long its layers take, another's do not wait for them. */
  ExecutorService unpackers() {
    synchronized (leased) {
      if (closed) {
        throw new IllegalStateException("The space " + key + " is closed");
      }
      ExecutorService known = unpackers;
      if (known == null) {
        known =
            Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("unpack-" + key + "-", 0).factory());
        unpackers = known;
      }
      return known;
    }
  }

  /** The files of an image without unpacking it. */
  public ImageTree tree(List<StoredLayer> layers) throws IOException {
    for (StoredLayer layer : layers) {
      requireBlob(layer.digest());
    }
    return store.tree(layers);
  }

  /**
   * Reads a layer whole, whatever is known of it.
   *
   * @throws MalformedImageException if it is not what it says of itself
   */
  public void verify(StoredLayer layer) throws IOException {
    requireBlob(layer.digest());
    store.folders().read(layer, (entry, content) -> {});
  }

  /** Folders for an overlay whose changes become a layer. */
  public UpperDraft newUpper() throws IOException {
    return new UpperDraft(this, store.folders().newLayerFolder());
  }

  /** A layer to be written entry by entry. */
  public LayerDraft newLayer() throws IOException {
    return newLayer(Instant.MAX);
  }

  /**
   * A layer to be written entry by entry.
   *
   * @param latest the time of all that is younger
   */
  public LayerDraft newLayer(Instant latest) throws IOException {
    return new LayerDraft(this, store.folders().newScratchFile(), latest);
  }

  /**
   * Results of build steps.
   *
   * @param scope who shares them, for example a registry; others never see them
   */
  public BuildCache cache(String scope) {
    return new BuildCache(this, scope);
  }

  /** Drops the names and gives all leases back. */
  @Override
  public void close() {
    synchronized (leased) {
      if (closed) {
        return;
      }
      closed = true;
      if (unpackers != null) {
        unpackers.shutdownNow();
      }
      leased.forEach(store.leases()::giveBack);
      leased.clear();
    }
    names.clear();
    indexes.clear();
    digests.clear();
    store.closed(this);
  }

  /** One key for {@code x} and {@code x:latest}, and for a digest with whatever tag before it. */
  private static String key(ImageReference name) {
    return name.registry() + "/" + name.repository() + " " + name.reference();
  }

  Optional<StoredLayer> cached(String fileKey) throws IOException {
    Optional<StoredLayer> found = store.records().cached(fileKey);
    if (found.isEmpty()) {
      return found;
    }
    lease(Leases.blob(found.get().digest()));
    if (!store.blobs().has(found.get().digest())) {
      store.records().forget(fileKey);
      return Optional.empty();
    }
    store.blobs().touch(found.get().digest());
    store.records().touch(fileKey);
    return found;
  }

  void cache(String fileKey, StoredLayer layer) throws IOException {
    store.records().cache(fileKey, layer);
  }

  Optional<Instant> made(String fileKey) throws IOException {
    return store.records().made(fileKey);
  }

  void made(String fileKey, Instant when) throws IOException {
    store.records().made(fileKey, when);
  }

  void adopt(StoredLayer layer, Path archive, LayerIndex index) throws IOException {
    lease(Leases.blob(layer.digest()));
    written.addAndGet(layer.size());
    store.blobs().adopt(archive, layer.digest());
    store.folders().writeIndex(layer.diffId(), index);
    store.folders().notePair(layer);
  }

  void adoptFolder(StoredLayer layer, Path folder, LayerIndex index) throws IOException {
    lease(Leases.layer(layer.diffId()));
    long bytes = index.entries().stream().mapToLong(entry -> entry.size() + 512).sum();
    written.addAndGet(bytes);
    store.folders().publish(folder, layer.diffId(), bytes, true);
  }

  private void requireBlob(String digest) throws IOException {
    lease(Leases.blob(digest));
    if (!store.blobs().has(digest)) {
      throw new IOException("The store has no blob " + digest + "; pull the image again");
    }
    store.blobs().touch(digest);
  }

  private void lease(String thing) {
    synchronized (leased) {
      if (closed) {
        throw new IllegalStateException("The space " + key + " is closed");
      }
      if (leased.add(thing)) {
        store.leases().take(thing);
      }
    }
  }
}
