package io.slipway.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.store.CacheFolders.Scope;
import io.slipway.builder.store.CacheFolders.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CacheFoldersTest {
  @TempDir Path root;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private CacheFolders caches;

  @BeforeEach
  void open() {
    caches = new CacheFolders(root, () -> now);
  }

  private Path filled(String id) throws Exception {
    now = now.plusSeconds(60);
    try (CacheFolders.Held held =
        caches
            .of("tenant", "task")
            .hold(id, Sharing.PRIVATE, 0755, 0, 0, () -> {}, Optional.empty())) {
      Files.write(held.path().resolve("f"), new byte[100_000]);
      return held.path();
    }
  }

  @Test
  void shouldDeleteWhatWasNotUsedForTheLongestTimeAndNeverWhatIsHeld() throws Exception {
    Path held = filled("held");
    Path oldest = filled("oldest");
    Path used = filled("used");
    Path faked = filled("faked");
    Files.setLastModifiedTime(faked, FileTime.from(now.plusSeconds(1_000_000)));
    Path latest = filled("latest");
    assertThat(filled("used")).isEqualTo(used);

    try (CacheFolders.Held again =
        caches
            .of("tenant", "task")
            .hold("held", Sharing.SHARED, 0755, 0, 0, () -> {}, Optional.empty())) {
      assertThat(again.path()).isEqualTo(held);
      assertThat(caches.collect(350_000)).isBetween(200_000L, 220_000L);
      assertThat(oldest).doesNotExist();
      assertThat(faked).as("one that gave itself a time to come").doesNotExist();
      assertThat(latest).exists();

      caches.collect(0);
      assertThat(used).doesNotExist();
      assertThat(held.resolve("f")).exists();
    }
    assertThat(caches.collect(0)).isPositive();
    assertThat(held).doesNotExist();
  }

  @Test
  void shouldDeleteWhatHasNoNameThatIsGivenToday() throws Exception {
    Path kept = filled("kept");
    Path other;
    try (CacheFolders.Held first =
            caches
                .of("tenant", "task")
                .hold("kept", Sharing.PRIVATE, 0755, 0, 0, () -> {}, Optional.empty());
        CacheFolders.Held second =
            caches
                .of("tenant", "task")
                .hold("kept", Sharing.PRIVATE, 0755, 0, 0, () -> {}, Optional.empty())) {
      other = second.path();
      assertThat(other).isNotEqualTo(first.path()).isEmptyDirectory();
      caches.collect(1 << 30);
      assertThat(other).exists();
    }
    // As it was before folders were each task's own, and as a process leaves it that is ended.
    Path before = Files.createDirectories(root.resolve("a".repeat(64)).resolve("b".repeat(64)));
    Files.writeString(before.resolve("wheel.whl"), "old");
    Files.createDirectories(root.resolve("gone-1").resolve("x"));

    caches.collect(1 << 30);

    assertThat(other).doesNotExist();
    assertThat(before).doesNotExist();
    assertThat(root.resolve("gone-1")).doesNotExist();
    assertThat(kept.resolve("f")).exists();
  }

  @Test
  @Timeout(60)
  void shouldWaitForALockedOneAndGiveOthersTheirOwn() throws Exception {
    Scope scope = caches.of("tenant", "task");
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<Path> second;
    try (CacheFolders.Held first =
        scope.hold("apt", Sharing.LOCKED, 0755, 0, 0, () -> {}, Optional.empty())) {
      second =
          CompletableFuture.supplyAsync(() -> {
            try (CacheFolders.Held own =
                scope.hold("apt", Sharing.LOCKED, 0755, 0, 0, waits::countDown, Optional.empty())) {
              return own.path();
            } catch (IOException | InterruptedException failed) {
              throw new AssertionError(failed);
            }
          });
      waits.await();
      for (Sharing other : List.of(Sharing.SHARED, Sharing.PRIVATE)) {
        try (CacheFolders.Held own =
            scope.hold("apt", other, 0755, 0, 0, () -> {}, Optional.empty())) {
          assertThat(own.path()).isNotEqualTo(first.path()).isEmptyDirectory();
        }
      }
      assertThat(second).isNotDone();
    }
    assertThat(second.get()).isEqualTo(root.resolve(scope.folder()).resolve(named("apt")));
  }

  private static String named(String id) {
    return Sha256.hex(Sha256.of(id));
  }
}
