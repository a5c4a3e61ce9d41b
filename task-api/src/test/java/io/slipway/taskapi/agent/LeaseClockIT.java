package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.LeaseState;
import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.TestLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases begin and end by the database's clock, whatever the clocks of the instances say. */
class LeaseClockIT {
  private static final UUID PROCESS = new UUID(4, 2);
  private static final String LASTS =
      "select lease_until - clock_timestamp() between interval '1 s' and interval '12 s' from run";

  private TestLedger ledger;
  private LeaseTransactions transactions;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
    transactions = new LeaseTransactions(ledger.pool());
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  void shouldGrantALeaseByTheDatabasesClock() {
    UUID uid = ledger.run("Queued", 10);
    Instant aDayAhead = Instant.parse("2100-01-01T00:00:00Z");

    transactions
        .in(connection ->
            new GrantRuns(ledger.json())
                .grant(
                    connection,
                    List.of(granted(uid, aDayAhead)),
                    new RunOwner("agent-a", PROCESS),
                    null,
                    aDayAhead))
        .await()
        .atMost(Duration.ofSeconds(20));

    assertThat(ledger.query("select status || ' ' || agent from run")).isEqualTo("Started agent-a");
    assertThat(ledger.query(LASTS)).isEqualTo("t");
  }

  @Test
  void shouldRenewOnlyWhatTheProcessOwns() {
    UUID uid = ledger.run("Running", 10);
    ledger.change(
        "update run set incarnation = '"
            + PROCESS
            + "', lease_until = clock_timestamp() - interval '1 minute'");

    assertThat(beat(uid, new UUID(4, 3))).isEqualTo(LeaseState.LOST);
    assertThat(ledger.query(LASTS)).isEqualTo("f");
    assertThat(beat(uid, PROCESS)).as("nobody else has it yet").isEqualTo(LeaseState.HELD);
    assertThat(ledger.query(LASTS)).isEqualTo("t");
  }

  /** Each heartbeat changes every run of an agent: no index may have to be changed with them. */
  @Test
  void shouldTouchNoIndexWhenItRenews() {
    UUID uid = ledger.run("Running", 10);
    ledger.change("update run set incarnation = '" + PROCESS + "'");
    ledger.change("vacuum run");
    for (int i = 0; i < 5; i++) {
      assertThat(beat(uid, PROCESS)).isEqualTo(LeaseState.HELD);
    }

    assertThat(
            ledger.query(
                "select count(*) from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
                    + " and a.attnum = any(i.indkey) where i.indrelid = 'run'::regclass"
                    + " and a.attname = 'lease_until'"))
        .isEqualTo("0");
  }

  @Test
  void shouldKnowHowManyRunsAnAgentOwnsThatSendsSeveralCalls() {
    UUID uid = ledger.run("Running", 10);

    beat(uid, PROCESS, null);
    assertThat(ledger.query("select busy from agent"))
        .as("an agent that does not say")
        .isEqualTo("1");
    beat(uid, PROCESS, 1_001);

    assertThat(ledger.query("select busy from agent")).isEqualTo("1001");
  }

  private LeaseState beat(UUID uid, UUID process) {
    return beat(uid, process, null);
  }

  private LeaseState beat(UUID uid, UUID process, Integer busy) {
    HeartbeatRequest request =
        new HeartbeatRequest(
            "agent-a", process, null, null, 2, false, busy, List.of(new RunAttempt(uid, 1)));
    return new RenewRunLease(transactions)
        .renew(request)
        .await()
        .atMost(Duration.ofSeconds(20))
        .runs()
        .getFirst()
        .state();
  }

  private static Granted granted(UUID uid, Instant now) {
    Run run =
        new Run(
            new Run.Key(uid, uid, "reg", 1, "aa1", null, null),
            new Run.Origin(
                RunKind.TASK,
                "QuickRun",
                RunTrigger.MANUAL,
                "default",
                Platform.DEFAULT,
                2,
                60,
                List.of(),
                false,
                null,
                0),
            new RunState.Started(1, new RunOwner("agent-a", PROCESS), false),
            new Run.Times(now, now, now, null, now),
            Run.Lease.NONE,
            new Run.Result(null, List.of(), null),
            0,
            false);
    StoredSpec spec =
        new StoredSpec("/r", "reg.local", List.of(), List.of(), new TaskStep.Unknown("x"));
    return new Granted(run, spec, RunToken.fresh(), null);
  }
}
