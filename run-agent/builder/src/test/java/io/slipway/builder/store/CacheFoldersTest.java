package io.slipway.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
    try (CacheFolders.Held held = caches.of("tenant", "task").hold(id, false, 0755, 0, 0)) {
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

    try (CacheFolders.Held again = caches.of("tenant", "task").hold("held", true, 0755, 0, 0)) {
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
    try (CacheFolders.Held first = caches.of("tenant", "task").hold("kept", false, 0755, 0, 0);
        CacheFolders.Held second = caches.of("tenant", "task").hold("kept", false, 0755, 0, 0)) {
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
}
