package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {
  private static final long MILLI = 1_000_000;

  private final PartitionsUnderWay partitions = new PartitionsUnderWay(Duration.ofSeconds(1));
  private final OffsetCommits commits = new OffsetCommits(partitions, 0);

  @Test
  void shouldWaitWhileRecordsComeAndNotWhenNoneDo() {
    partitions.handled(0, 5);
    assertThat(commits.whileRecordsCome(299 * MILLI)).isEmpty();
    assertThat(commits.whileRecordsCome(300 * MILLI).orElseThrow().offsets())
        .isEqualTo(Map.of(0, 5L));

    assertThat(commits.whenNoneCome(301 * MILLI)).isEmpty();
    partitions.handled(1, 2);
    assertThat(commits.whenNoneCome(301 * MILLI).orElseThrow().offsets()).isEqualTo(Map.of(1, 2L));
  }

  @Test
  void shouldTryAgainAfterASecondButNotForPartitionsThatMayBeSomebodyElses() {
    partitions.handled(0, 5);
    OffsetCommits.Commit commit = commits.whenNoneCome(MILLI).orElseThrow();
    commits.failed(commit, MILLI);
    assertThat(commits.whenNoneCome(1_000 * MILLI)).isEmpty();
    OffsetCommits.Commit again = commits.whenNoneCome(1_001 * MILLI).orElseThrow();
    assertThat(again.offsets()).isEqualTo(Map.of(0, 5L));

    commits.reassigned();
    commits.failed(again, 1_001 * MILLI);
    assertThat(commits.whenNoneCome(5_000 * MILLI)).isEmpty();
  }
}
