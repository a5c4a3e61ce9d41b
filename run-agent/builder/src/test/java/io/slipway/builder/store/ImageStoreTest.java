package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.TIME;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** The store: what runs see, what is shared and what survives. */
class ImageStoreTest extends OpenStore {
  @Test
  void namesOfOneRunAreUnknownToOthers() throws Exception {
    StoredImage image = image(space, layer(space, "a", "1"));
    space.tag(name("local/app:1"), image);
    assertThat(space.find(name("local/app:1"))).contains(image);
    try (ImageSpace other = store.openSpace("run-2")) {
      assertThat(other.find(name("local/app:1"))).isEmpty();
    }
    space.close();
    try (ImageSpace again = store.openSpace("run-1")) {
      assertThat(again.find(name("local/app:1"))).isEmpty();
    }
  }

  @Test
  void latestIsTheTagOfNamesWithoutOne() throws Exception {
    StoredImage image = image(space, layer(space, "a", "1"));
    space.tag(name("app"), image);
    space.noteDigest(name("app"), image.manifest().digest());
    assertThat(space.find(name("docker.io/library/app:latest"))).contains(image);
    assertThat(space.digest(name("app:latest"))).contains(image.manifest().digest());
    assertThat(space.find(name("app:other"))).isEmpty();
  }

  @Test
  void oneSpaceOfAName() {
    assertThatThrownBy(() -> store.openSpace("run-1")).hasMessageContaining("run-1");
  }

  @Test
  void closedSpacesHoldNothing() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "1");
    space.close();
    assertThat(store.usage().leasedBytes()).isZero();
    assertThatThrownBy(() -> space.unpack(List.of(layer)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneProcessAtATime() {
    assertThatThrownBy(() -> ImageStore.open(folder.resolve("store"), now::get))
        .hasMessageContaining("in use by another process");
  }

  @Test
  void configurationAndLayersMustFit() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "1");
    ImageConfig config = ImageConfig.empty(Platform.parse("linux/amd64"));
    assertThatThrownBy(() -> space.addImage(config, List.of(layer), ManifestFormat.OCI, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    StoredImage image = image(space, layer);
    String twoLayers =
        image.manifest().json().replaceFirst("(\"layers\":\\[)(\\{[^}]*})", "$1$2,$2");
    assertThatThrownBy(
            () -> space.addPulled(new RawManifest(image.manifest().mediaType(), twoLayers)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("2 layers");
  }

  /** Whoever knows the diff id of somebody else's layer could name it for any blob. */
  @Test
  void anotherLayersFilesAreNotReachedByItsDiffId() throws Exception {
    StoredImage.StoredLayer secret = layer(space, "secret", "1");
    assertThat(space.unpack(List.of(secret)).names()).hasSize(1);
    StoredImage.StoredLayer own = layer(space, "own", "2");
    StoredImage.StoredLayer lie =
        new StoredImage.StoredLayer(own.digest(), own.size(), own.mediaType(), secret.diffId());

    assertThatThrownBy(() -> space.unpack(List.of(lie)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("unpacks to " + own.diffId());
    assertThatThrownBy(() -> space.tree(List.of(lie)).resolve("secret"))
        .isInstanceOf(MalformedImageException.class);
    // What is noted is believed, and what is not noted is looked at.
    Files.delete(folder.resolve("store/pairs").resolve(Sha256.hex(secret.digest())));
    assertThat(space.unpack(List.of(secret)).names()).hasSize(1);
    assertThat(folder.resolve("store/pairs").resolve(Sha256.hex(secret.digest()))).exists();
  }

  /** Its blob is read for its files and its index at once, and no layer is unpacked for nothing. */
  @Test
  void whatWasNeverReadIsReadOnce() throws Exception {
    StoredImage.StoredLayer known = layer(space, "known", "1");
    StoredImage.StoredLayer unread = layer(space, "unread", "2");
    Files.delete(folder.resolve("store/indexes").resolve(Sha256.hex(unread.diffId())));

    space.unpackUnread(List.of(known, unread));

    assertThat(folder.resolve("store/layers").resolve(Sha256.hex(unread.diffId()))).exists();
    assertThat(store.usage().layers()).isOne();
    Files.writeString(folder.resolve("store/blobs").resolve(Sha256.hex(unread.digest())), "");
    assertThat(space.tree(List.of(known, unread)).find("/unread")).isPresent();
  }

  @Test
  void aLayerThatIsNotWhatTheConfigurationSaysIsRefused() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "1");
    StoredImage.StoredLayer lie =
        new StoredImage.StoredLayer(
            layer.digest(), layer.size(), layer.mediaType(), Sha256.of("other"));
    assertThatThrownBy(() -> space.unpack(List.of(lie)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("unpacks to " + layer.diffId());
    assertThat(store.usage().layers()).isZero();
    assertThatThrownBy(
            () -> {
              Files.delete(folder.resolve("store/indexes").resolve(Sha256.hex(layer.diffId())));
              space.tree(List.of(lie));
            })
        .isInstanceOf(MalformedImageException.class);
  }

  @Test
  void aLayerIsVerifiedByItsBytesEvenIfTheOtherIsKnown() throws Exception {
    StoredImage.StoredLayer known = layer(space, "a", "1");
    StoredImage.StoredLayer other = layer(space, "b", "2");
    StoredImage.StoredLayer lie =
        new StoredImage.StoredLayer(
            other.digest(), other.size(), other.mediaType(), known.diffId());
    space.verify(known);
    assertThatThrownBy(() -> space.verify(lie)).isInstanceOf(MalformedImageException.class);
  }

  @Test
  void anIndexThatWasCutOffWhenTheMachineStoppedIsMadeAgain() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "1");
    Path index = folder.resolve("store/indexes").resolve(Sha256.hex(layer.diffId()));
    byte[] whole = Files.readAllBytes(index);
    for (int length : List.of(0, 5, whole.length / 2, whole.length - 1)) {
      Files.write(index, Arrays.copyOf(whole, length));
      assertThat(space.tree(List.of(layer)).find("/a")).isPresent();
    }
    byte[] zeros = new byte[whole.length];
    System.arraycopy(whole, 0, zeros, 0, 12);
    Files.write(index, zeros);
    assertThat(space.tree(List.of(layer)).find("/a")).isPresent();
  }

  @Test
  void upperFolderBecomesALayerWithoutBeingUnpackedAgain() throws Exception {
    StoredImage.StoredLayer layer;
    long inode;
    try (UpperDraft draft = space.newUpper()) {
      Files.writeString(draft.upper().resolve("kept"), "made by a step");
      Files.createSymbolicLink(draft.upper().resolve("etc"), folder);
      Files.writeString(folder.resolve("resolv.conf"), "of the host");
      inode = (long) Files.getAttribute(draft.upper().resolve("kept"), "unix:ino");
      layer = draft.commit();
    }
    UnpackedImage unpacked = space.unpack(List.of(layer));
    Path fs = unpacked.folders().getFirst();
    assertThat(fs.toFile().list()).containsExactlyInAnyOrder("etc", "kept");
    assertThat(Files.getAttribute(fs.resolve("kept"), "unix:ino")).isEqualTo(inode);
    assertThat(folder.resolve("resolv.conf")).exists();
    assertThat(folder.resolve("store/scratch").toFile().list()).isEmpty();
    assertThat(new String(space.tree(List.of(layer)).read("kept", 100).orElseThrow()))
        .isEqualTo("made by a step");
  }

  @Test
  void draftsThatAreGivenUpLeaveNothing() throws Exception {
    try (UpperDraft draft = space.newUpper()) {
      Files.writeString(draft.upper().resolve("x"), "x");
    }
    try (LayerDraft draft = space.newLayer()) {
      draft.add(LayerEntry.folder("d", 0755, 0, 0, TIME));
    }
    assertThatThrownBy(
            () -> {
              try (LayerDraft draft = space.newLayer()) {
                draft.add(
                    LayerEntry.file("f", 0644, 0, 0, TIME, 10),
                    new ByteArrayInputStream(new byte[3]));
              }
            })
        .hasMessageContaining("shorter");
    assertThat(folder.resolve("store/scratch").toFile().list()).isEmpty();
    assertThat(store.usage().totalBytes()).isZero();
  }

  @Test
  void manyUnpackingOneLayerAtOnceDoItOnce() throws Exception {
    String[] files = new String[400];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "d" + i % 7 + "/f" + i;
      files[i + 1] = "content " + i;
    }
    List<StoredImage.StoredLayer> layers = List.of(layer(space, files), layer(space, "top", "t"));
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<UnpackedImage>> work = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        work.add(() -> {
          try (ImageSpace each = store.openSpace("parallel-" + number)) {
            return each.unpack(layers);
          }
        });
      }
      Set<UnpackedImage> results = new HashSet<>();
      for (Future<UnpackedImage> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      assertThat(results).hasSize(1);
      UnpackedImage result = results.iterator().next();
      assertThat(result.ownershipExact()).isTrue();
      assertThat(result.folders().get(0).resolve("d2/f2")).hasContent("content 2");
    }
    assertThat(folder.resolve("store/scratch").toFile().list()).isEmpty();
  }

  @Test
  void cachedStepsAreFoundInTheirScopeOnly() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "1");
    space.cache("registry-a").put("key", layer);
    try (ImageSpace other = store.openSpace("run-2")) {
      assertThat(other.cache("registry-a").find("key")).contains(layer);
      assertThat(other.cache("registry-b").find("key")).isEmpty();
      assertThat(other.cache("registry-a").find("other")).isEmpty();
      assertThat(other.cache("registry-a k").find("ey")).isEmpty();
    }
    space.close();
    store.collectGarbage(0);
    try (ImageSpace later = store.openSpace("run-3")) {
      assertThat(later.cache("registry-a").find("key")).isEmpty();
    }
  }

  @Test
  void theStoreIsTheSameAfterItWasClosed() throws Exception {
    StoredImage image = image(space, layer(space, "a", "1"));
    space.cache("s").put("k", image.layers().getFirst());
    UnpackedImage unpacked = space.unpack(image.layers());
    space.close();
    store.close();
    Files.createDirectories(folder.resolve("store/scratch/left/over"));
    store = ImageStore.open(folder.resolve("store"), now::get);
    space = store.openSpace("again");
    assertThat(folder.resolve("store/scratch").toFile().list()).isEmpty();
    assertThat(space.cache("s").find("k")).contains(image.layers().getFirst());
    assertThat(space.addPulled(image.manifest())).isEqualTo(image);
    assertThat(unpacked.folders().getFirst().resolve("a")).hasContent("1");
  }

  @Test
  void layersUnpackedBeforeTheMachineStartedAreUnpackedAgain() throws Exception {
    StoredImage.StoredLayer layer = layer(space, "a", "synced");
    Path fs = space.unpack(List.of(layer)).folders().getFirst();
    // As after a loss of power: names are there, content is not.
    Files.writeString(fs.resolve("a"), "");
    Path ready = fs.resolveSibling("ready");
    String otherBoot =
        Files.readString(ready).replaceFirst("\"boot\":\"[^\"]*\"", "\"boot\":\"earlier\"");
    Files.writeString(ready, otherBoot);
    space.close();
    store.close();
    store = ImageStore.open(folder.resolve("store"), now::get);
    space = store.openSpace("again");
    assertThat(space.unpack(List.of(layer)).folders().getFirst().resolve("a")).hasContent("synced");
  }

  @Test
  void blobsThatLostTheirContentWhenTheMachineStoppedAreMissing() throws Exception {
    StoredImage.StoredLayer torn = layer(space, "a", "1");
    StoredImage.StoredLayer whole = layer(space, "b", "2");
    space.cache("s").put("torn", torn);
    space.cache("s").put("whole", whole);
    space.close();
    store.close();
    Path blob = folder.resolve("store/blobs").resolve(Sha256.hex(torn.digest()));
    Files.write(blob, new byte[(int) Files.size(blob)]);
    Files.writeString(folder.resolve("store/start"), "earlier");
    store = ImageStore.open(folder.resolve("store"), now::get);
    space = store.openSpace("again");
    assertThat(space.cache("s").find("torn")).isEmpty();
    assertThat(blob).doesNotExist();
    assertThat(space.cache("s").find("whole")).contains(whole);
  }

  @Test
  void aFetchThatFailsLeavesNothing() throws Exception {
    byte[] content = "right".getBytes(StandardCharsets.UTF_8);
    var blob = new Descriptor("x/y", Sha256.of(content), content.length);
    BlobFetch<RuntimeException> wrong = fetch("wrong".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> space.fetchBlob(blob, wrong))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("but what came has the digest");
    assertThat(store.usage().blobs()).isZero();
    assertThat(space.fetchBlob(blob, fetch(content))).isTrue();
    assertThat(space.fetchBlob(blob, wrong)).isFalse();
    assertThat(space.openBlob(blob.digest()).readAllBytes()).isEqualTo(content);
    assertThat(space.origins(blob.digest())).containsExactly("place/x");
  }

  private static BlobFetch<RuntimeException> fetch(byte[] bytes) {
    return new BlobFetch<>() {
      @Override
      public String origin() {
        return "place/x";
      }

      @Override
      public boolean exists() {
        return true;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
      }
    };
  }

  @Test
  void zstdAndUnzippedLayersAreRead() throws Exception {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (var out = new TarArchiveOutputStream(tar, "UTF-8")) {
      var entry = new TarArchiveEntry("f");
      entry.setSize(3);
      out.putArchiveEntry(entry);
      out.write("abc".getBytes());
      out.closeArchiveEntry();
    }
    byte[] zstd = Zstd.compress(tar.toByteArray());
    for (byte[] bytes : List.of(tar.toByteArray(), zstd)) {
      var blob = new Descriptor("any", Sha256.of(bytes), bytes.length);
      space.fetchBlob(blob, fetch(bytes));
      StoredImage.StoredLayer layer =
          new StoredImage.StoredLayer(
              blob.digest(), blob.size(), "any", Sha256.of(tar.toByteArray()));
      assertThat(new String(space.tree(List.of(layer)).read("f", 9).orElseThrow()))
          .isEqualTo("abc");
    }
  }
}
