package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.AMD64;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.CredentialSource;
import io.slipway.builder.RegistryAccess.Attached;
import io.slipway.builder.RegistryAccess.Attachment;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls, pushes and copies against a real registry. */
class RegistryAccessIT {
  @TempDir static Path shared;
  private static DockerRegistry registry;
  private static DockerRegistry other;
  private static ConnectionPool connections;

  @TempDir Path folder;
  private ImageStore store;
  private ImageSpace space;
  private RegistryCalls access;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void startRegistries() throws Exception {
    registry = DockerRegistry.plain(shared.resolve("one"));
    other = DockerRegistry.plain(shared.resolve("two"));
    connections =
        ConnectionPool.builder()
            .plainHttp(registry.address())
            .plainHttp(other.address())
            .mirror("docker.io", URI.create("http://" + registry.address()))
            .build();
  }

  @AfterAll
  static void stopRegistries() throws Exception {
    connections.close();
    registry.close();
    other.close();
  }

  @BeforeEach
  void open() throws Exception {
    store = ImageStore.open(folder.resolve("store"), InstantSource.system());
    space = store.openSpace("run");
    access = new RegistryCalls(connections, CredentialSource.none());
  }

  @AfterEach
  void close() throws Exception {
    space.close();
    store.close();
  }

  private ImageStore emptyStore(String name) throws Exception {
    return ImageStore.open(folder.resolve(name), InstantSource.system());
  }

  @Test
  void pushedImageComesBackTheSame() throws Exception {
    StoredImage image = image(space, layer(space, "a", "one"), layer(space, "b", "two"));
    var target = name(registry.address() + "/round/trip:1");

    PushedImage pushed = access.push(image, target, space, lines::add);

    String upper = image.layers().get(1).diffId().substring(7, 19);
    assertThat(lines)
        .startsWith("The push refers to repository [" + registry.address() + "/round/trip]")
        .contains(upper + ": Preparing", upper + ": Pushed")
        .endsWith("1: digest: " + pushed.digest() + " size: " + pushed.size());
    assertThat(access.resolve(target).digest()).isEqualTo(pushed.digest());
    assertThat(access.resolve(target).mediaType())
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
    lines.clear();

    try (ImageStore fresh = emptyStore("fresh");
        ImageSpace view = fresh.openSpace("pull")) {
      StoredImage pulled = access.pull(target, AMD64, view, lines::add);
      assertThat(pulled).isEqualTo(image);
      assertThat(view.find(target)).contains(image);
      assertThat(view.digest(target)).contains(pushed.digest());
      assertThat(new String(view.tree(pulled.layers()).read("/b", 100).orElseThrow()))
          .isEqualTo("two");
      assertThat(lines)
          .startsWith("1: Pulling from round/trip")
          .contains("Digest: " + pushed.digest())
          .endsWith("Status: Downloaded newer image for " + registry.address() + "/round/trip:1");
      lines.clear();
      access.pull(target, AMD64, view, lines::add);
      assertThat(lines)
          .endsWith("Status: Image is up to date for " + registry.address() + "/round/trip:1");
    }
  }

  /** The real registry of these tests keeps no lists of referrers: the tag is what clients find. */
  @Test
  void shouldAttachDocumentsToAnImage() throws Exception {
    var target = name(registry.address() + "/attached:1");
    PushedImage pushed = access.push(image(space, layer(space, "a", "1")), target, space, l -> {});
    String type = "application/vnd.example.document+json";
    assertThat(access.attached(target, type).texts()).isEmpty();

    for (String text : List.of("{\"one\":1}", "{\"two\":2}")) {
      PushedImage document =
          access.attach(target, new Attachment(type, text, Map.of("org.example.key", "value")));
      RawManifest manifest =
          access.manifest(name(registry.address() + "/attached@" + document.digest()));
      assertThat(manifest.json()).contains(pushed.digest(), "org.example.key", "\"subject\"");
    }

    assertThat(access.attached(target, type))
        .isEqualTo(new Attached(pushed.digest(), List.of("{\"one\":1}", "{\"two\":2}")));
    assertThat(access.attached(target, "application/vnd.example.other").texts()).isEmpty();
    RawManifest index =
        access.manifest(
            name(registry.address() + "/attached:" + pushed.digest().replace(':', '-')));
    assertThat(index.isIndex()).isTrue();
    assertThatThrownBy(() -> access.attached(name(registry.address() + "/attached:none"), type))
        .hasMessageContaining("not found");
  }

  @Test
  void secondPushSendsNothing() throws Exception {
    StoredImage image = image(space, layer(space, "again", "same"));
    access.push(image, name(registry.address() + "/twice:1"), space, line -> {});
    PushedImage second =
        access.push(image, name(registry.address() + "/twice:2"), space, lines::add);
    assertThat(lines).anyMatch(line -> line.endsWith(": Layer already exists"));
    assertThat(second.digest()).isEqualTo(image.manifest().digest());
  }

  @Test
  void layersOfTheBaseAreMountedAcrossRepositories() throws Exception {
    StoredLayer base = layer(space, "base", "layer of the base");
    access.push(
        image(space, base), name(registry.address() + "/baseimages/node:1"), space, line -> {});
    StoredImage app = image(space, base, layer(space, "app", "layer of the app"));
    access.push(app, name(registry.address() + "/app:1"), space, lines::add);
    assertThat(lines)
        .contains(base.diffId().substring(7, 19) + ": Mounted from baseimages/node")
        .contains(app.layers().get(1).diffId().substring(7, 19) + ": Pushed");
  }

  @Test
  void nothingIsMountedFromAnotherRegistry() throws Exception {
    StoredLayer base = layer(space, "far", "away");
    access.push(image(space, base), name(other.address() + "/base:1"), space, line -> {});
    access.push(image(space, base), name(registry.address() + "/near:1"), space, lines::add);
    assertThat(lines).contains(base.diffId().substring(7, 19) + ": Pushed");
  }

  @Test
  void copyOfAnIndexKeepsEveryDigest() throws Exception {
    List<Descriptor> images = new ArrayList<>();
    for (String platform : List.of("linux/amd64", "linux/arm64", "linux/arm/v7")) {
      StoredImage image =
          image(
              space,
              Platform.parse(platform),
              ManifestFormat.OCI,
              layer(space, "platform", platform));
      PushedImage pushed =
          access.push(
              image,
              name(other.address() + "/multi:" + platform.replace('/', '-')),
              space,
              line -> {});
      images.add(
          new Descriptor(
              pushed.mediaType(),
              pushed.digest(),
              pushed.size(),
              Platform.parse(platform),
              Map.of("note", "kept")));
    }
    // Odd white space and an unknown field: any rewriting would change the digest.
    String json =
        new ImageIndex(images)
            .write(ManifestFormat.OCI)
            .json()
            .replaceFirst("\\{", "{ \"unknown\" : [ 1,2 ],\n ");
    RawManifest index = new RawManifest(ManifestFormat.OCI.indexType(), json);
    access.putManifest(index, name(other.address() + "/multi:all"));

    PushedImage copied =
        access.copy(
            name(other.address() + "/multi:all"),
            name(registry.address() + "/copied/multi:v1"),
            lines::add);

    assertThat(copied.digest()).isEqualTo(index.digest());
    RawManifest there = access.manifest(name(registry.address() + "/copied/multi:v1"));
    assertThat(there).isEqualTo(index);
    assertThat(images)
        .allSatisfy(image ->
            assertThat(access.find(name(registry.address() + "/copied/multi@" + image.digest())))
                .isPresent());

    StoredImage arm =
        access.pull(
            name(registry.address() + "/copied/multi:v1"),
            Platform.parse("linux/arm/v7"),
            space,
            line -> {});
    assertThat(new String(space.tree(arm.layers()).read("platform", 99).orElseThrow()))
        .isEqualTo("linux/arm/v7");
    assertThat(space.digest(name(registry.address() + "/copied/multi:v1")))
        .contains(index.digest());
    assertThatThrownBy(() ->
            access.pull(
                name(registry.address() + "/copied/multi:v1"),
                Platform.parse("linux/s390x"),
                space,
                line -> {}))
        .isInstanceOf(RegistryCallException.class)
        .hasMessageContaining("no matching manifest for linux/s390x")
        .hasMessageContaining("linux/arm/v7");
  }

  @Test
  void copyOfADockerManifestWithoutATag() throws Exception {
    StoredImage image = image(space, layer(space, "x", "y"));
    access.push(image, name(other.address() + "/single:1"), space, line -> {});
    PushedImage copied =
        access.copy(
            name(other.address() + "/single:1"),
            name(registry.address() + "/untagged"),
            line -> {});
    assertThat(copied.digest()).isEqualTo(image.manifest().digest());
    assertThat(access.find(name(registry.address() + "/untagged@" + copied.digest()))).isPresent();
    assertThat(access.find(name(registry.address() + "/untagged:latest"))).isEmpty();
  }

  @Test
  void copyWithinARegistryMountsBlobs() throws Exception {
    StoredImage image = image(space, layer(space, "m", "mounted"));
    access.push(image, name(registry.address() + "/from:1"), space, line -> {});
    access.copy(
        name(registry.address() + "/from:1"), name(registry.address() + "/to:1"), lines::add);
    assertThat(lines).anyMatch(line -> line.endsWith(": Mounted from from"));
  }

  @Test
  void pullsOfAMirroredRegistryGoToTheMirror() throws Exception {
    StoredImage image = image(space, layer(space, "hub", "official"));
    access.push(image, name(registry.address() + "/library/node:15"), space, line -> {});
    List<String> askedFor = new ArrayList<>();
    RegistryCalls withHubCredential =
        new RegistryCalls(
            connections,
            (server, scopes) -> {
              askedFor.add(server);
              return Optional.empty();
            });
    try (ImageStore fresh = emptyStore("mirror");
        ImageSpace view = fresh.openSpace("pull")) {
      StoredImage pulled =
          withHubCredential.pull(name("docker.io/library/node:15"), AMD64, view, lines::add);
      assertThat(pulled).isEqualTo(image);
    }
    assertThat(lines).contains("15: Pulling from library/node");
    assertThat(askedFor).doesNotContain("docker.io");
  }

  @Test
  void whatIsNotThereIsSaidToBeNotFound() {
    assertThatThrownBy(() -> access.resolve(name(registry.address() + "/no/such:thing")))
        .isInstanceOfSatisfying(
            RegistryCallException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
        .hasMessageContaining("/no/such:thing not found");
    assertThatThrownBy(() ->
            access.pull(name(registry.address() + "/no/such:thing"), AMD64, space, line -> {}))
        .isInstanceOfSatisfying(
            RegistryCallException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
  }

  @Test
  void twoPullsAtOnceTransferOnce() throws Exception {
    StoredImage image =
        image(space, layer(space, "p", "parallel".repeat(100_000)), layer(space, "q", "q"));
    access.push(image, name(registry.address() + "/parallel:1"), space, line -> {});
    try (FaultyFront front = new FaultyFront(registry);
        ConnectionPool viaFront = ConnectionPool.builder().plainHttp(front.address()).build();
        ImageStore fresh = emptyStore("parallel");
        ImageSpace a = fresh.openSpace("a");
        ImageSpace b = fresh.openSpace("b")) {
      RegistryCalls pulls = new RegistryCalls(viaFront, CredentialSource.none());
      var target = name(front.address() + "/parallel:1");
      List<Callable<StoredImage>> work =
          List.of(
              () -> pulls.pull(target, AMD64, a, line -> {}),
              () -> pulls.pull(target, AMD64, b, line -> {}));
      assertThat(ParallelWork.run(work, 2)).containsExactly(image, image);
      assertThat(
              front.calls.stream()
                  .filter(call -> call.startsWith("GET") && call.contains("/blobs/")))
          .hasSize(3);
      assertThat(a.unpack(image.layers()).folders()).hasSize(2);
    }
  }
}
