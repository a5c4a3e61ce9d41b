package io.slipway.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.registry.store.BlobStore.ManifestReader;
import io.slipway.registry.store.Lists.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Space comes back, and nothing that anybody needs goes; a manifest is a list of digests here. */
class SweepTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration GRACE = Duration.ofHours(24);

  @TempDir Path folder;
  private Instant now = START;
  private final AtomicReference<Runnable> whenAManifestIsRead = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> whenASubjectIsRead = new AtomicReference<>(() -> {});
  private BlobStore blobs;

  private RegistryStore registry(String name) {
    if (blobs == null) {
      blobs =
          new BlobStore(
              folder.resolve("blobs"), new ManifestReader(this::parts, this::subject), () -> now);
    }
    return new RegistryStore(folder.resolve("registries").resolve(name), blobs);
  }

  private Set<Digest> parts(byte[] content) {
    whenAManifestIsRead.get().run();
    return Arrays.stream(new String(content, StandardCharsets.UTF_8).split(" "))
        .flatMap(text -> Digest.parse(text).stream())
        .collect(Collectors.toSet());
  }

  private Optional<Digest> subject(byte[] content) {
    whenASubjectIsRead.get().run();
    return Optional.empty();
  }

  private static Digest digest(String content) {
    Digest kind = new Digest("sha256", "");
    return new Digest("sha256", HexFormat.of().formatHex(kind.hasher().digest(content.getBytes())));
  }

  private Digest blob(Repository repository, String content) throws IOException {
    Path file = Files.writeString(repository.uploads().resolve(content), content);
    blobs.take(file, digest(content));
    assertThat(repository.linkBlob(digest(content))).isTrue();
    return digest(content);
  }

  private Digest image(Repository repository, String tag, Digest... parts) throws IOException {
    String content =
        tag + " " + Arrays.stream(parts).map(Digest::toString).collect(Collectors.joining(" "));
    repository.putManifest(digest(content), "x/y", content.getBytes(), List.of(tag), now);
    return digest(content);
  }

  private Sweep.Swept sweep() {
    return new Sweep(folder.resolve("registries"), blobs).sweep(now.minus(GRACE), now.minus(GRACE));
  }

  @Test
  void shouldGiveBackWhatDeletionsLeaveAfterTheGraceTime() throws Exception {
    Repository one = registry("first").repository("app");
    Digest own = blob(one, "own layer");
    Digest shared = blob(one, "shared layer");
    Digest image = image(one, "v1", own, shared);
    image(one, "v2", shared);
    one.deleteManifest(image);

    now = START.plus(GRACE);
    assertThat(sweep().blobs()).isZero();
    now = now.plusSeconds(1);
    Sweep.Swept swept = sweep();

    assertThat(swept.problems()).isEmpty();
    assertThat(swept.links()).isEqualTo(1);
    assertThat(swept.blobs()).isEqualTo(2); // the layer and the manifest
    assertThat(blobs.file(own)).doesNotExist();
    assertThat(one.blob(shared)).isPresent();
    one.delete();
    registry("second").delete();
    assertThat(sweep().blobs()).isEqualTo(2);
    try (var left = Files.walk(folder.resolve("blobs"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void shouldKeepWhatAnotherRegistryHasMounted() throws Exception {
    Digest layer = blob(registry("first").repository("app"), "layer");
    Repository other = registry("second").repository("app");
    assertThat(other.linkBlob(layer)).isTrue();
    image(other, "v1", layer);
    registry("first").delete();

    now = START.plus(GRACE).plusSeconds(1);
    sweep();

    assertThat(other.blob(layer)).isPresent();
    assertThat(other.linkBlob(digest("never pushed"))).isFalse();
  }

  @Test
  void shouldKeepThePartsOfAManifestThatIsPushedMeanwhile() throws Exception {
    Repository app = registry("first").repository("app");
    Digest layer = blob(app, "layer");
    image(app, "v1");
    now = START.plus(GRACE).plusSeconds(1);
    whenAManifestIsRead.set(() -> {
      whenAManifestIsRead.set(() -> {});
      try {
        image(app, "v2", layer);
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    });

    sweep();

    assertThat(app.tagNames()).containsExactly("v1", "v2");
    assertThat(app.blob(layer)).isPresent();
  }

  @Test
  void shouldKeepABlobThatAClientHasJustAskedFor() throws Exception {
    Repository app = registry("first").repository("app");
    Digest layer = blob(app, "layer");
    now = START.plus(GRACE).plusSeconds(1);

    assertThat(app.keptBlob(layer)).isPresent();
    sweep();

    assertThat(app.blob(layer)).isPresent();
    assertThat(blobs.claim(layer)).isTrue();
    assertThat(blobs.deleteIfOlder(layer, now.minus(GRACE))).isEqualTo(-1);
  }

  @Test
  void shouldNotStopAtARepositoryThatCannotBeRead() throws Exception {
    Repository broken = registry("first").repository("broken");
    Digest kept = blob(broken, "kept");
    Digest image = image(broken, "v1");
    Files.write(
        folder.resolve("registries/first/broken/_manifests/sha256").resolve(image.hex()),
        new byte[0]);
    Digest gone = blob(registry("second").repository("app"), "gone");

    now = START.plus(GRACE).plusSeconds(1);
    Sweep.Swept swept = sweep();

    assertThat(swept.problems()).hasSize(1).first().asString().contains("first/broken");
    assertThat(broken.blob(kept)).isPresent();
    assertThat(blobs.file(gone)).doesNotExist();
  }

  @Test
  @Timeout(60)
  void shouldNotLoseATagThatIsPointedElsewhereWhileItsManifestGoes() throws Exception {
    Repository app = registry("first").repository("app");
    Digest old = image(app, "v1");
    Digest fresh = digest("fresh");
    Thread push =
        new Thread(() -> {
          try {
            app.putManifest(fresh, "x/y", "fresh".getBytes(), List.of("v1"), now);
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
        });
    // Between the look at the manifest's tags and their deletion: the push has to wait there.
    whenASubjectIsRead.set(() -> {
      whenASubjectIsRead.set(() -> {});
      push.start();
      while (push.isAlive() && push.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    });

    app.deleteManifest(old);
    push.join();

    assertThat(app.tag("v1").map(Repository.Tag::digest)).contains(fresh);
  }

  @Test
  void shouldGoOnFromATagThatIsGone() throws Exception {
    Repository app = registry("first").repository("app");
    for (String tag : List.of("c", "a", "d", "b")) {
      image(app, tag);
      now = now.plusSeconds(1);
    }
    assertThat(app.tags(Order.TIME_DESC, Optional.empty(), 2).names()).containsExactly("b", "d");
    app.deleteTag("b");
    app.deleteTag("d");

    assertThat(app.tags(Order.TIME_DESC, Optional.of("d"), 2).names()).containsExactly("a", "c");
    assertThat(app.tags(Order.NAME, Optional.of("b"), 9).names()).containsExactly("c");
    assertThat(app.tags(Order.TIME_ASC, Optional.empty(), 1).more()).isTrue();
  }

  @Test
  void shouldReadAFolderOncePerChangeAndNotPerPage() throws Exception {
    Lists lists = new Lists();
    AtomicInteger reads = new AtomicInteger();
    Lists.Source source =
        () -> {
          reads.incrementAndGet();
          return List.of(new Lists.Entry("b", START), new Lists.Entry("a", START));
        };

    for (int page = 0; page < 5; page++) {
      assertThat(lists.all(folder, Order.NAME, source)).hasSize(2);
    }
    assertThat(reads).hasValue(1);
    lists.changed(folder);
    lists.all(
        folder,
        Order.NAME,
        () -> {
          lists.changed(folder); // while it is read: what was read may be old
          return source.read();
        });
    lists.all(folder, Order.NAME, source);
    assertThat(reads).hasValue(3);
  }

  @Test
  void shouldFindTagsInAFolderOfATimeBeforeTheIndex() throws Exception {
    Repository app = registry("first").repository("app");
    Digest image = image(app, "v1");
    image(app, "v2");
    Path own = folder.resolve("registries/first/app");
    Folders.delete(own.resolve("_tagged"));
    Files.deleteIfExists(own.resolve("_indexed"));

    assertThat(app.tagsOf(image)).containsExactly("v1");
    app.deleteManifest(image);

    assertThat(app.tagNames()).containsExactly("v2");
  }
}
