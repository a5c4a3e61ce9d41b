package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimOutcome;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.HeldRun;
import io.slipway.contract.agent.LeaseState;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskapi.event.TestPublisher;
import io.slipway.taskapi.log.TestLogs;
import io.slipway.taskapi.metrics.TestMetrics;
import io.slipway.taskapi.run.TestEndRun;
import io.slipway.taskapi.store.TestLedger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A state folder of before leases had tokens and the backlog was in the ledger: what waited, worked
 * or was over at the upgrade goes on, and can be read.
 */
class OldStateIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final UUID PROCESS = new UUID(4, 2);

  /** As early versions wrote it. */
  private static final String SPEC =
      "{\"registryId\":\"/r\",\"loginServer\":\"reg.local\",\"logins\":[\"reg.local\"],"
          + "\"step\":{\"type\":\"EncodedTask\",\"encodedTaskContent\":\"dg==\",\"values\":[],"
          + "\"secretNames\":[]}}";

  private TestLedger ledger;
  private LeaseTransactions transactions;
  private UUID queued;
  private UUID lost;
  private UUID running;
  private UUID finished;

  @BeforeEach
  void migrate() {
    ledger = new TestLedger("3");
    queued = ledger.run("Queued", 1);
    lost = ledger.run("Queued", 1);
    running = ledger.run("Running", 1);
    finished = ledger.run("Succeeded", 1);
    ledger.change(
        """
        update run set spec = '%1$s';
        update run set attempt = 2, lost_agents = '{agent-b}' where uid = '%2$s';
        update run set finished_at = now(), log_bytes = 12, output_images =
          '[{"registry":"reg.local","repository":"web","tag":"1","digest":"sha256:abc"}]'
          where uid = '%3$s';
        insert into run_log values ('%3$s', 12, false, now()), ('%4$s', 5, false, now());
        insert into log_chunk values ('%3$s', 0, 'hello '), ('%3$s', 6, 'world\n'),
          ('%4$s', 0, 'begun');
        insert into outbox (topic, key, headers, payload, created_at)
          values ('run-events', '%3$s', '{"ce_type":"x"}', '{}', now());
        insert into agent values ('agent-a', 'default', 2, 1, now());
        insert into pending_cleanup (resource_key, action, target, attempts, due_at)
          values ('/x', 'FORGET_OWNER', '%3$s', 0, now())\
        """
            .formatted(SPEC, lost, finished, running));
    ledger.migrate("latest");
    transactions = new LeaseTransactions(ledger.pool());
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  void shouldGiveAgentsTheRunsThatWaited() {
    List<Claim> claims = claim(new RunAttempt(queued, 1), new RunAttempt(lost, 2));

    assertThat(claims).extracting(Claim::outcome).containsOnly(ClaimOutcome.CLAIMED);
    assertThat(claims.getFirst().spec().loginServer()).isEqualTo("reg.local");
    assertThat(ledger.query("select lost_attempts[1] from run where uid = '" + lost + "'"))
        .isEqualTo("1");
    List<String> tokens = claims.stream().map(Claim::runToken).toList();
    assertThat(new CheckLeases(transactions, ledger.json()).check(tokens).await().atMost(LIMIT))
        .extracting(lease -> lease.runUid())
        .containsExactly(queued, lost);
  }

  @Test
  void shouldLetAnAgentKeepTheRunThatItHad() {
    HeartbeatRequest beat =
        new HeartbeatRequest(
            "agent-a", PROCESS, null, null, 2, false, null, List.of(new RunAttempt(running, 1)));

    assertThat(new RenewRunLease(transactions).renew(beat).await().atMost(LIMIT).runs())
        .extracting(HeldRun::state)
        .containsExactly(LeaseState.HELD);
  }

  @Test
  void shouldReadTheLogsThatThereWere() {
    assertThat(log(finished, 12)).isEqualTo("hello world\n");
    assertThat(log(running, 5)).isEqualTo("begun");
    assertThat(ledger.query("select name || ' ' || digest from run_image"))
        .isEqualTo("reg.local/web sha256:abc");
    assertThat(ledger.query("select count(*) from open_log")).as("it is whole").isEqualTo("0");
  }

  @Test
  void shouldStillTellWhatWasNotToldYet() {
    assertThat(ledger.query("select count(*) from outbox where due_at is null and attempts = 0"))
        .isEqualTo("1");
    assertThat(
            ledger.query(
                "select count(*) from pending_cleanup"
                    + " where set_aside_at is null and claimed_until is null"))
        .isEqualTo("1");
  }

  private List<Claim> claim(RunAttempt... runs) {
    InstantSource clock = InstantSource.system();
    return new ClaimRun(
            transactions,
            TestEndRun.runs(),
            new GrantRuns(ledger.json()),
            TestEndRun.of(clock),
            TestLogs.newStore(),
            TestEndRun.announcements(clock),
            TestMetrics.of(new SimpleMeterRegistry()),
            TestPublisher.keys(),
            clock)
        .claim(
            new ClaimRequest("agent-a", PROCESS, null, null, null, 20_000, false, List.of(runs)),
            Deadline.in(LIMIT))
        .await()
        .atMost(LIMIT)
        .claims();
  }

  private String log(UUID run, long length) {
    return ledger
        .transactions()
        .reading(connection -> TestLogs.newStore().read(connection, run, 0, length))
        .map(bytes -> bytes.toString(StandardCharsets.UTF_8))
        .await()
        .atMost(LIMIT);
  }
}
