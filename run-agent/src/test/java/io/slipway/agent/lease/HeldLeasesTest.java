package io.slipway.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.TestLedger;
import io.slipway.contract.agent.RunAttempt;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test's thread is the one that executes the runs: it makes the leases. */
class HeldLeasesTest {
  private final UUID run = UUID.randomUUID();
  private final HeldLeases leases = new HeldLeases();

  private RunLease lease(int attempt) {
    return new RunLease(
        TestLedger.specification(new RunAttempt(run, attempt)),
        "srt_test",
        System.nanoTime(),
        Duration.ofSeconds(12));
  }

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void shouldEndAnAttemptWhenALaterOneIsHeldHere() {
    RunLease first = lease(1);
    RunLease third = lease(3);
    leases.hold(first);
    leases.hold(third);

    assertThat(first.ending()).isEqualTo(RunLease.Ending.LOST);
    assertThat(third.ending()).isEqualTo(RunLease.Ending.NONE);
    leases.forget(first);
    assertThat(leases.all()).containsExactly(third);
  }

  @Test
  void shouldEndAnAttemptThatBeginsAfterALaterOne() {
    RunLease third = lease(3);
    RunLease first = lease(1);
    leases.hold(third);
    leases.hold(first);

    assertThat(first.ending()).isEqualTo(RunLease.Ending.LOST);
    assertThat(third.ending()).isEqualTo(RunLease.Ending.NONE);
    assertThat(leases.all()).containsExactly(third);
  }
}
