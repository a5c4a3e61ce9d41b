package io.slipway.taskapi.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.source.blob.BlobProblem;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceQuotaTest {
  @TempDir Path folder;

  @Test
  void shouldKeepSomeOfTheDiskFree() {
    SourceFiles files = new SourceFiles(folder.resolve("sources"));
    long half = files.free() / 2;
    assertThat(half).isPositive();

    quota(files, half).requireSpace(0);

    assertThatThrownBy(() -> quota(files, half).requireSpace(4 * half))
        .isInstanceOfSatisfying(
            BlobProblem.class, problem -> assertThat(problem.status()).isEqualTo(507));
    assertThatThrownBy(() -> quota(files, 4 * half).requireSpace(0))
        .isInstanceOf(BlobProblem.class)
        .hasMessageContaining("slipway.source.disk-reserve");
  }

  /** Without sources; those are in the ledger. */
  private static final class NoSources extends BuildSources {
    NoSources() {
      super(null, null, 1);
    }

    @Override
    Uni<List<UUID>> ofRegistry(String registry) {
      return Uni.createFrom().item(List.of());
    }
  }

  @Test
  void shouldNotCountWhatTheDiskHasNoRoomFor() {
    SourceFiles files = new SourceFiles(folder.resolve("sources"));
    long[] reserve = {Long.MAX_VALUE / 2};
    SourceQuota quota =
        new SourceQuota(new NoSources(), files, 10, 10, 0) {
          @Override
          void requireSpace(long more) {
            quota(files, reserve[0]).requireSpace(more);
          }
        };
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> begin(quota)).hasMessageContaining("slipway.source.disk-reserve");
    }
    reserve[0] = 0;

    begin(quota);
    assertThatThrownBy(() -> begin(quota)).hasMessageContaining("max-bytes-per-registry");
  }

  private static void begin(SourceQuota quota) {
    quota.begin("Some", UUID.randomUUID(), 8, 0).await().atMost(Duration.ofSeconds(20));
  }

  private static SourceQuota quota(SourceFiles files, long reserve) {
    return new SourceQuota(null, files, 1, 1, reserve);
  }
}
