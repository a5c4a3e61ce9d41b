package io.slipway.taskapi.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slipway.taskapi.metrics.LedgerReading.Queue;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullestTest {
  private static final Instant EARLY = Instant.EPOCH;
  private static final Instant LATE = EARLY.plusSeconds(60);

  @Test
  void shouldNameTheFullestRegistriesAndAddUpTheOthers() {
    List<Queue> queues =
        List.of(
            new Queue("default", "small", 1, EARLY),
            new Queue("default", "full", 7, LATE),
            new Queue("arm", "full", 3, EARLY),
            new Queue("default", "half", 5, LATE),
            new Queue("default", "tiny", 2, LATE));

    assertThat(Fullest.of(queues, 2))
        .extracting(Queue::registry, Queue::waiting, Queue::since)
        .containsExactly(
            tuple("full", 10L, EARLY), tuple("half", 5L, LATE), tuple("_other", 3L, EARLY));
  }

  @Test
  void shouldKeepALabelBounded() {
    BoundedLabel pools = new BoundedLabel(2);

    assertThat(List.of(pools.of("a"), pools.of("b"), pools.of("c"), pools.of("a"), pools.of("")))
        .containsExactly("a", "b", "_other", "a", "_other");
  }
}
