package io.slipway.bench.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.bench.platform.Ledger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentRunsTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void shouldCountFromWhenARunWasDue() {
    SentRuns sent = new SentRuns(T, Map.of("a1", T, "a2", T.plusMillis(100)));

    assertThat(sent.untilStarted(List.of(row("a1", 10), row("a2", 150))).sorted())
        .containsExactly(10, 50);
  }

  @Test
  void shouldLeaveOutRunsOfOthersAndRunsThatWait() {
    SentRuns sent = new SentRuns(T, Map.of("a1", T));
    Ledger.Row waiting = new Ledger.Row("a1", "Queued", T, null, null, false);

    assertThat(sent.untilStarted(List.of(row("b7", 10), waiting)).count()).isZero();
    assertThat(waiting.isComplete()).isFalse();
  }

  private static Ledger.Row row(String id, long startedAfter) {
    Instant started = T.plusMillis(startedAfter);
    return new Ledger.Row(id, "Succeeded", T, started, started, true);
  }
}
