package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.store.TestLedger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which leases are ended after they were seen to be over. */
class LockExpiredIT {
  private TestLedger ledger;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  /**
   * Between the look and the lock a run may be renewed, end, and be forgotten by its agent, all
   * while the events are still read that came before the look. Then its end is among the others.
   */
  @Test
  void shouldLeaveOutALeaseThatWasRenewedAndIsOverAgain() {
    UUID lost = ledger.run("Running", 10);
    UUID renewed = ledger.run("Running", 10);
    UUID lasting = ledger.run("Running", 10);
    Instant seen = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
    over(lost, seen);
    over(renewed, seen.plusSeconds(40));

    List<UUID> locked =
        ledger
            .transactions()
            .in(connection ->
                new RunRepository(new RunRows(ledger.json()))
                    .lockExpired(connection, List.of(lost, renewed, lasting), seen))
            .await()
            .indefinitely()
            .stream()
            .map(run -> run.key().uid())
            .toList();

    assertThat(locked).containsExactly(lost);
  }

  private void over(UUID run, Instant at) {
    ledger.change("update run set lease_until = '" + at + "' where uid = '" + run + "'");
  }
}
