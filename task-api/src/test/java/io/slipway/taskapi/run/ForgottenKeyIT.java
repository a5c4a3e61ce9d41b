package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.TestLedger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request led to is forgotten after some weeks, perhaps just when it is looked up. */
class ForgottenKeyIT {
  private static final UUID REGISTRY = new UUID(1, 1);

  private TestLedger ledger;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  void shouldTakeARequestForANewOneWhenItsKeyIsForgottenMeanwhile() {
    UUID earlier = ledger.run("Succeeded", 10);
    UUID old = ledger.run("Succeeded", 10);
    remembered("kept", earlier, "now()");
    remembered("old", old, "now() - interval '33 days'");
    // Right after the insert that finds the key, before the look at what it led to.
    ledger.change(
        """
        create function forget() returns trigger language plpgsql as $$ begin
          delete from run_request where created_at < now() - interval '32 days'; return null;
        end $$;
        create trigger forget after insert on run_request
          for each statement execute function forget()\
        """);
    ScheduleRun.Asked repeated = asked("kept");
    ScheduleRun.Asked late = asked("old");

    Map<UUID, RunRequests.Known> known =
        ledger
            .transactions()
            .in(connection ->
                new RunRequests(InstantSource.system())
                    .remember(connection, List.of(repeated, late)))
            .await()
            .atMost(Duration.ofSeconds(20));

    assertThat(known.keySet()).containsExactly(repeated.draft().uid());
    assertThat(known.get(repeated.draft().uid()).runUid()).isEqualTo(earlier);
    assertThat(ledger.query("select run_uid from run_request where key = 'old'"))
        .isEqualTo(late.draft().uid().toString());
  }

  private void remembered(String key, UUID run, String at) {
    ledger.change(
        "insert into run_request (registry_uid, key, digest, run_uid, created_at) values"
            + " ('%s', '%s', 'd', '%s', %s)".formatted(REGISTRY, key, run, at));
  }

  private static ScheduleRun.Asked asked(String key) {
    Run.Origin origin =
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
            Run.Origin.USUAL_PRIORITY);
    return new ScheduleRun.Asked(
        new ScheduleRun.Draft(
            UUID.randomUUID(),
            REGISTRY,
            "reg",
            "/reg",
            "aa",
            null,
            null,
            origin,
            "{}",
            false,
            Map.of()),
        new ScheduleRun.Idempotency(key, "d"));
  }
}
