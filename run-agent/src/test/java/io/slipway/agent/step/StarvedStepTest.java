package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BeginAttempt;
import io.slipway.agent.decision.RunProcessors;
import io.slipway.agent.lease.Fence;
import io.slipway.agent.lease.RunLease;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskfile.Refusal;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that the kernel ended, since the agent was stopped, has not failed. */
class StarvedStepTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLeaveTheRunToTheNextAttemptOnlyIfItWasTheKernel(boolean starved) throws Exception {
    // Nobody answers there: what the attempt reports stays in the agent.
    String nowhere = "127.0.0.1:1";
    TestAgent agent = new TestAgent(folder, nowhere, "", "http://" + nowhere, Map.of());
    RunLease lease = lease(System.nanoTime());
    Attempt attempt = agent.bean(BeginAttempt.class).begin(lease);
    try (SecretVolumes volumes = SecretVolumes.make(List.of(), folder, attempt.log())) {
      ExecuteStep execute =
          new ExecuteStep(
              new StepTools(
                  attempt,
                  endsWith137(starved),
                  new RunProcessors(2, null),
                  null,
                  null,
                  volumes,
                  null,
                  null,
                  new WorkMetrics(new SimpleMeterRegistry()),
                  InstantSource.system()));
      assertThatThrownBy(() -> execute.run(Steps.step("")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("137");
    }
    assertThat(Thread.interrupted()).as("told to end").isEqualTo(starved);
    assertThat(lease.ending()).isEqualTo(starved ? RunLease.Ending.LOST : RunLease.Ending.NONE);
  }

  /** One that is stopped before its run has containers has nothing that the kernel could end. */
  @Test
  void shouldBeginNothingAfterTheAgentWasStopped() throws Exception {
    long askedLongAgo = System.nanoTime() - Fence.UNFED.plusSeconds(1).toNanos();
    AtomicInteger opened = new AtomicInteger();
    RunLease lease = lease(askedLongAgo);
    LazyEngineRun run =
        new LazyEngineRun(
            lease,
            () -> {
              opened.incrementAndGet();
              return endsWith137(false);
            });
    assertThatThrownBy(run::open).isInstanceOf(EngineException.class).hasMessageContaining("ended");

    assertThat(opened).hasValue(0);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(lease.ending()).isEqualTo(RunLease.Ending.LOST);
  }

  @Test
  void shouldBeginWhatTheAgentKeepsAlive() throws Exception {
    RunLease lease = lease(System.nanoTime() - Fence.UNFED.plusSeconds(1).toNanos());
    lease.feed();

    new LazyEngineRun(lease, () -> endsWith137(false)).open();

    assertThat(lease.ending()).isEqualTo(RunLease.Ending.NONE);
  }

  private static RunLease lease(long askedNanos) {
    return new RunLease(
        TestLedger.specification(new RunAttempt(UUID.randomUUID(), 1)),
        "srt_test",
        askedNanos,
        Duration.ofSeconds(12));
  }

  /** The run of an engine of which a killed container is all that can be seen. */
  private static EngineRun endsWith137(boolean starved) {
    return (EngineRun)
        Proxy.newProxyInstance(
            EngineRun.class.getClassLoader(),
            new Class<?>[] {EngineRun.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "run" -> 137;
                  case "isStarved" -> starved;
                  case "feed" -> null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
