package io.slipway.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.TestAgent;
import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.event.TestWatch;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatLoopTest {
  @TempDir private Path folder;

  private final AtomicInteger failures = new AtomicInteger();
  private final HeldLeases leases =
      new HeldLeases() {
        @Override
        public Collection<RunLease> all() {
          if (failures.getAndDecrement() > 0) {
            throw new StackOverflowError("of one turn");
          }
          return super.all();
        }
      };
  private TestLedger ledger;
  private HeartbeatLoop loop;

  @BeforeEach
  void make() throws Exception {
    ledger = new TestLedger();
    AgentConfig config = TestAgentConfig.of(folder, ledger.address(), Map.of());
    BlockingHttp http = new BlockingHttp(TestAgent.JSON, Optional.empty());
    ServiceToken token =
        new ServiceToken(
            ledger.address(),
            "slipway-run-agent",
            new ClientSecret(folder.resolve("client.secret")),
            http::postForm,
            InstantSource.system());
    loop =
        new HeartbeatLoop(
            new TaskApiClient(config, http, token, HolderKey.fresh()),
            leases,
            new LeaseFence(leases, TestWatch.blind(config)));
  }

  @AfterEach
  void stop() {
    loop.stop();
    ledger.close();
  }

  @Test
  void shouldGoOnAfterAnError() {
    failures.set(2);
    loop.start(null);

    TestQueue.await("a beat", () -> !ledger.heartbeats.isEmpty());

    TestQueue.await("its answer", loop::isAnswered);
  }

  @Test
  void shouldSayInEachPieceHowManyRunsThereAreInAll() {
    for (int i = 0; i < 1_001; i++) {
      leases.hold(
          new RunLease(
              TestLedger.specification(new RunAttempt(UUID.randomUUID(), 1)),
              "srt_test",
              System.nanoTime(),
              Duration.ofMinutes(5)));
    }
    loop.start(null);

    TestQueue.await("two pieces", () -> ledger.heartbeats.size() >= 2);

    assertThat(ledger.heartbeats.subList(0, 2))
        .extracting(beat -> beat.runs().size())
        .containsExactly(1_000, 1);
    assertThat(ledger.heartbeats).extracting(HeartbeatRequest::busy).containsOnly(1_001);
  }
}
