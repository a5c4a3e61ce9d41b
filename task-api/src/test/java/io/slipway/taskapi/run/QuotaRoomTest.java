package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.run.QuotaRoom.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QuotaRoomTest {
  private static final UUID REGISTRY = new UUID(0, 1);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final QuotaRoom room = new QuotaRoom(1_000, Duration.ofSeconds(1), Duration.ofMinutes(5));

  @Test
  void shouldCountSeldomAndNeverGoBeyondTheQuota() {
    int waiting = 0;
    int counts = 0;
    for (int i = 0; i < 5_000; i++) {
      Answer answer = room.take(REGISTRY, NOW);
      if (answer == Answer.UNKNOWN) {
        counts++;
        room.counted(REGISTRY, waiting, NOW);
        answer = room.take(REGISTRY, NOW);
      }
      if (answer == Answer.TAKEN) {
        waiting++;
      }
    }

    assertThat(waiting).isEqualTo(1_000);
    assertThat(counts).isLessThan(15);
  }

  @Test
  void shouldLookAgainAfterASecondWhetherThereIsRoom() {
    room.take(REGISTRY, NOW);
    room.counted(REGISTRY, 1_000, NOW);
    assertThat(room.take(REGISTRY, NOW.plusMillis(900))).isEqualTo(Answer.FULL);
    assertThat(room.take(REGISTRY, NOW.plusMillis(1_000))).isEqualTo(Answer.UNKNOWN);
    room.counted(REGISTRY, 998, NOW.plusMillis(1_000));
    assertThat(room.take(REGISTRY, NOW.plusMillis(1_000))).isEqualTo(Answer.TAKEN);
  }

  @Test
  void shouldNotTrustAnOldCount() {
    room.counted(REGISTRY, 0, NOW);
    assertThat(room.take(REGISTRY, NOW.plus(Duration.ofMinutes(5)))).isEqualTo(Answer.UNKNOWN);
  }
}
