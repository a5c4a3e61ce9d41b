package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus.Seen;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever can write to Kafka, but does not hold the lease of a run, says nothing about it. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class SignedEventsIT {
  private Fixture fixture;
  private TestAgent holder;
  private TestAgent forger;

  @BeforeEach
  void start() {
    fixture = Fixture.of("signed");
    holder = new TestAgent("agent-a");
    forger = new TestAgent("agent-b");
  }

  @AfterEach
  void stop() {
    holder.close();
    forger.close();
  }

  @Test
  void shouldBelieveOnlyWhoHoldsTheLease() {
    RunRef run = fixture.schedule();
    RunRef other = fixture.schedule();
    holder.eventKey = holder.claimSigning(run.runUid(), 1);
    String keyOfAnother = forger.claimSigning(other.runUid(), 1);
    assertThat(holder.claimSigning(run.runUid(), 1)).isEqualTo(holder.eventKey);
    assertThat(keyOfAnother).isNotEqualTo(holder.eventKey);

    forger.log(run, 0, "forged\r\n");
    forger.completed(run, RunOutcome.SUCCEEDED, null, 0);
    forger.eventKey = keyOfAnother;
    forger.log(run, 0, "forged\r\n");
    forger.completed(run, RunOutcome.SUCCEEDED, null, 0);

    assertThat(dead(Topics.RUN_EVENTS, run)).containsExactlyInAnyOrder(MISSING, WRONG);
    assertThat(dead(Topics.RUN_LOGS, run)).containsExactlyInAnyOrder(MISSING, WRONG);
    assertThat(fixture.status(run)).isNotEqualTo("Succeeded");
    holder.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));
    holder.log(run, 0, "true\r\n");
    holder.completed(run, RunOutcome.FAILED, "exit status 1", 6);
    Eventually.equal("Failed", () -> fixture.status(run));
    Eventually.equal("true\r\n", () -> Api.anonymous().get(blob(run)).text());
  }

  private static final String MISSING =
      "header slipway-signature is missing: the run's agent signs";
  private static final String WRONG =
      "header slipway-signature is not of the agent that holds the run";

  /** Why two records about a run were set aside. */
  private List<String> dead(String topic, RunRef run) {
    return forger
        .bus()
        .await(Topics.dead(topic), 2, one -> one.key().equals(run.runUid().toString()))
        .stream()
        .map(Seen::headers)
        .map(headers -> headers.get("dead-reason"))
        .toList();
  }

  private String blob(RunRef run) {
    return fixture
        .api()
        .post(fixture.run(run.runId()) + "/listLogSasUrl", null)
        .at("/logLink")
        .substring("https://localhost:8443".length());
  }
}
