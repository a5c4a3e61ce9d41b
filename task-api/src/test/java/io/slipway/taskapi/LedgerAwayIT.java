package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.StoppedPostgres;
import io.slipway.taskapi.support.TestAgent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents are told while the database is away. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class LedgerAwayIT {
  /** Agents give up a heartbeat after four. */
  private static final long LIMIT_SECONDS = 3;

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "TERM"})
  void shouldSayInTimeThatTheLedgerIsAway(String signal) throws Exception {
    RunRef run = Fixture.of("ledgeraway").schedule();
    try (TestAgent agent = new TestAgent("agent-" + signal)) {
      agent.claim(run.runUid(), 1);
      try (StoppedPostgres stopped = new StoppedPostgres(signal)) {
        Eventually.holds(() -> {
          Api.Answer answer = inTime(agent, run);
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.text()).contains("LedgerAway");
        });
        assertThat(inTime(agent, run).text()).as("and again").contains("LedgerAway");
      }

      Eventually.equal("Held", () -> agent.beat(run.runUid(), 1));
    }
  }

  private static Api.Answer inTime(TestAgent agent, RunRef run) {
    return CompletableFuture.supplyAsync(() -> agent.beatAnswer(run.runUid(), 1))
        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
