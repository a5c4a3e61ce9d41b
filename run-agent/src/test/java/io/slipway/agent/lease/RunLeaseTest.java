package io.slipway.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.contract.agent.TaskStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test's thread is the one that executes the run: it makes the lease. */
class RunLeaseTest {
  private static RunLease lease(Duration held) {
    RunSpecification spec =
        new RunSpecification(
            UUID.randomUUID(),
            "ca1",
            "r",
            "/registries/r",
            "127.0.0.1:1",
            null,
            1,
            new Platform("linux", "amd64", null),
            60,
            2,
            0,
            List.of(),
            Instant.EPOCH,
            List.of(),
            null,
            new TaskStep.Unknown("none"),
            null);
    return new RunLease(spec, "token", System.nanoTime(), held);
  }

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  @Timeout(60)
  void shouldInterruptTheThreadThatExecutesTheRun() {
    RunLease lease = lease(Duration.ofMinutes(5));

    Thread.ofVirtual().start(() -> lease.end(RunLease.Ending.CANCELED));

    assertThatThrownBy(() -> Thread.sleep(Duration.ofMinutes(5)))
        .isInstanceOf(InterruptedException.class);
    assertThat(lease.ending()).isEqualTo(RunLease.Ending.CANCELED);
  }

  @Test
  void shouldKeepTheFirstReason() {
    RunLease lease = lease(Duration.ofMinutes(5));

    lease.end(RunLease.Ending.TIMED_OUT);
    lease.end(RunLease.Ending.LOST);

    assertThat(lease.ending()).isEqualTo(RunLease.Ending.TIMED_OUT);
    assertThat(lease.ending().silent()).isFalse();
  }

  @Test
  void shouldNeitherEndNorInterruptARunWhoseEndIsReported() {
    RunLease lease = lease(Duration.ofMinutes(5));

    lease.reported();
    lease.end(RunLease.Ending.LOST);

    assertThat(Thread.interrupted()).isFalse();
    assertThat(lease.ending()).isEqualTo(RunLease.Ending.NONE);
  }

  @Test
  void shouldHoldLongerFromTheQuestionOn() {
    RunLease lease = lease(Duration.ofSeconds(1));
    long asked = System.nanoTime();

    lease.renewed(asked, Duration.ofMinutes(5));

    assertThat(lease.untilNanos() - asked).isEqualTo(Duration.ofMinutes(5).toNanos());
  }

  @Test
  void shouldKeepAliveWhatItWasToldTo() {
    RunLease lease = lease(Duration.ofMinutes(5));
    AtomicInteger fed = new AtomicInteger();

    lease.feed();
    lease.keepAliveBy(fed::incrementAndGet);
    lease.feed();

    assertThat(fed).hasValue(1);
  }
}
