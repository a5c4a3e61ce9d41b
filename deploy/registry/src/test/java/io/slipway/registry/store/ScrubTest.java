package io.slipway.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.registry.store.BlobStore.ManifestReader;
import io.slipway.registry.store.Scrub.Scrubbed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the disk has changed is found, kept aside, and comes back with the next push. */
class ScrubTest {
  @TempDir Path folder;
  private BlobStore blobs;
  private Repository app;
  private final List<Digest> damaged = new ArrayList<>();

  @BeforeEach
  void open() {
    blobs =
        new BlobStore(
            folder.resolve("blobs"),
            new ManifestReader(content -> Set.of(), content -> Optional.empty()),
            () -> Instant.EPOCH);
    app = new RegistryStore(folder.resolve("registries/first"), blobs).repository("app");
  }

  private Digest push(String content) throws Exception {
    Digest kind = new Digest("sha256", "");
    Digest digest =
        new Digest("sha256", HexFormat.of().formatHex(kind.hasher().digest(content.getBytes())));
    blobs.take(Files.writeString(app.uploads().resolve("upload"), content), digest);
    assertThat(app.linkBlob(digest)).isTrue();
    return digest;
  }

  private void damage(Digest digest) throws Exception {
    Files.setPosixFilePermissions(blobs.file(digest), PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(blobs.file(digest), "rotten");
  }

  @Test
  void shouldSetAsideWhatIsDamagedAndNothingElse() throws Exception {
    Digest good = push("good");
    Digest bad = push("as it was");
    damage(bad);
    AtomicLong paced = new AtomicLong();

    Scrubbed found = new Scrub(blobs, paced::addAndGet, damaged::add).scrub();

    assertThat(damaged).containsExactly(bad);
    assertThat(found.problems()).isEmpty();
    assertThat(found.blobs()).isEqualTo(2);
    assertThat(paced).hasValue("good".length() + "rotten".length());
    assertThat(app.blob(good)).isPresent();
    assertThat(app.blob(bad)).as("a client hears that it is not there").isEmpty();
    try (var aside = Files.list(blobs.damaged())) {
      assertThat(aside).singleElement().satisfies(file -> assertThat(file).hasContent("rotten"));
    }
    push("as it was");
    assertThat(app.blob(bad)).isPresent();
    assertThat(new Scrub(blobs, bytes -> {}, damaged::add).scrub().blobs()).isEqualTo(2);
    assertThat(damaged).hasSize(1);
  }

  @Test
  void shouldLeaveWhatWasBroughtBackMeanwhile() throws Exception {
    Digest bad = push("as it was");
    damage(bad);

    new Scrub(
            blobs,
            bytes -> {
              try {
                push("as it was");
              } catch (Exception failed) {
                throw new AssertionError(failed);
              }
            },
            damaged::add)
        .scrub();

    assertThat(damaged).isEmpty();
    assertThat(blobs.file(bad)).hasContent("as it was");
  }
}
