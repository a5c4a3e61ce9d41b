package io.slipway.taskapi.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.source.blob.BlobProblem;
import java.nio.file.Path;
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

  private static SourceQuota quota(SourceFiles files, long reserve) {
    return new SourceQuota(null, files, 1, 1, reserve);
  }
}
