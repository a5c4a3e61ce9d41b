package io.slipway.agent.run;

import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.agent.event.TestWatch;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.RunAttempt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseFenceTest {
  @TempDir private Path folder;

  private final HeldLeases leases = new HeldLeases();

  private RunLease hold(Duration held) {
    RunLease lease =
        new RunLease(
            TestLedger.specification(new RunAttempt(UUID.randomUUID(), 1)),
            "srt_test",
            System.nanoTime(),
            held);
    leases.hold(lease);
    return lease;
  }

  @Test
  void shouldFeedAndStopTheOthersWhenOneRunFails() throws Exception {
    hold(Duration.ofMinutes(5))
        .keepAliveBy(() -> {
          throw new StackOverflowError("of one run");
        });
    List<AtomicInteger> fed = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // before and behind the one that fails, in whatever order
      AtomicInteger times = new AtomicInteger();
      fed.add(times);
      hold(Duration.ofMinutes(5)).keepAliveBy(times::incrementAndGet);
    }
    LeaseFence fence =
        new LeaseFence(
            leases, TestWatch.blind(TestAgentConfig.of(folder, "http://127.0.0.1:1", Map.of())));
    fence.start(null);
    try {
      TestQueue.await(
          "all to be fed again and again", () -> fed.stream().allMatch(times -> times.get() > 1));

      RunLease over = hold(Duration.ZERO);
      TestQueue.await("the end of a lease", () -> over.ending() == RunLease.Ending.LOST);
    } finally {
      fence.stop();
      Thread.interrupted(); // this thread is the runs' worker
    }
  }
}
