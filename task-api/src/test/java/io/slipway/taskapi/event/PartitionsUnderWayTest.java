package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionsUnderWayTest {
  private final PartitionsUnderWay partitions = new PartitionsUnderWay(Duration.ofNanos(10));

  /** If no record comes any more, nothing else would say again how far a partition was read. */
  @Test
  void shouldGiveOffsetsAgainThatWereNotCommitted() {
    handle(0, 5);
    handle(1, 7);
    Map<Integer, Long> taken = partitions.takeHandled();
    assertThat(partitions.hasHandled()).isFalse();
    handle(1, 9);

    partitions.giveBack(taken);

    assertThat(partitions.takeHandled()).isEqualTo(Map.of(0, 5L, 1, 9L));
    assertThat(partitions.hasHandled()).isFalse();
  }

  @Test
  void shouldForgetWhatEndsAfterItsPartitionWasTakenAway() {
    PartitionsUnderWay.Batch batch = partitions.begin(0, 5, 1);
    partitions.forget(List.of(0));

    partitions.end(batch, 2);

    assertThat(partitions.collect()).isEmpty();
    assertThat(partitions.hasHandled()).isFalse();
  }

  @Test
  void shouldHandleASlowPartitionAloneUntilItIsQuick() {
    PartitionsUnderWay.Batch slow = partitions.begin(0, 5, 1);
    partitions.end(slow, 12);
    partitions.collect();
    handle(1, 7);
    assertThat(partitions.mayJoin(0)).isFalse();
    assertThat(partitions.mayJoin(1)).isTrue();

    handle(0, 6);
    assertThat(partitions.mayJoin(0)).isTrue();
  }

  private void handle(int partition, long next) {
    partitions.end(partitions.begin(partition, next, 1), 2);
    assertThat(partitions.collect()).containsExactly(partition);
  }
}
