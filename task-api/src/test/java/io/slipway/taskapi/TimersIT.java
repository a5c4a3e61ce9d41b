package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.timer.FireTimers;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timers start runs: each time one, whoever dies or sweeps at the same time. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class TimersIT {
  private static final String MINUTELY = "{'name':'t','schedule':'* * * * *'}";

  /** No minute ends while a test moves the clock: a schedule that is due at no time near now. */
  private static final String YEARLY = "{'name':'t','schedule':'7 3 29 2 *'}";

  @Inject FireTimers fireTimers;

  @BeforeEach
  void leads() {
    Eventually.equal(
        "1", () -> Ledger.query("select count(*) from leader where until > clock_timestamp()"));
  }

  private void sweep() {
    fireTimers.sweep().await().atMost(Duration.ofSeconds(60));
  }

  private static Fixture task(String registry, String timers) {
    Fixture fixture = Fixture.of(registry);
    Api.Answer put = fixture.api().put(fixture.task("hello"), body(timers));
    assertThat(put.status()).as(put.toString()).isEqualTo(200);
    assertThat(put.header("Warning")).isNull();
    return fixture;
  }

  private static String body(String timers) {
    return Fixture.taskBody("")
        .replace("'properties':{", "'properties':{'trigger':{'timerTriggers':[" + timers + "]},");
  }

  /** The time of a registry's timers comes: now, or so long ago. */
  private static Instant due(String registry, Duration ago) {
    Instant occurrence = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(ago);
    Ledger.change(
        "update timer_trigger set occurrence = '%1$s', due_at = '%1$s' where %2$s"
            .formatted(occurrence, of(registry)));
    return occurrence;
  }

  private static String of(String registry) {
    return "registry_uid = (select uid from registry where name = '" + registry + "')";
  }

  private static int runs(String registry) {
    return Integer.parseInt(
        Ledger.query("select count(*) from run where trigger_kind = 'Timer' and " + of(registry)));
  }

  private static JsonNode timer(Fixture fixture) {
    return fixture
        .api()
        .get(fixture.task("hello"))
        .json()
        .at("/properties/trigger/timerTriggers/0");
  }

  @Test
  void shouldStartOneRunHoweverManySweep() {
    Fixture fixture = task("timedonce", YEARLY);
    sweep();
    assertThat(timer(fixture).path("nextOccurrence").asText()).endsWith("-02-29T03:07:00Z");
    Instant occurrence = due("timedonce", Duration.ZERO);

    Uni.join()
        .all(fireTimers.sweep(), fireTimers.sweep(), fireTimers.sweep())
        .andFailFast()
        .await()
        .atMost(Duration.ofSeconds(60));

    assertThat(runs("timedonce")).isEqualTo(1);
    JsonNode timer = timer(fixture);
    assertThat(timer.path("lastOccurrence").asText()).isEqualTo(occurrence.toString());
    assertThat(timer.path("nextOccurrence").asText()).endsWith("-02-29T03:07:00Z");
    JsonNode run = fixture.api().get(fixture.run(timer.path("lastRunId").asText())).json();
    assertThat(run.at("/properties/runType").asText()).isEqualTo("AutoRun");
    assertThat(run.at("/properties/task").asText()).isEqualTo("hello");
    assertThat(run.at("/properties/timerTrigger/timerTriggerName").asText()).isEqualTo("t");
    assertThat(run.at("/properties/timerTrigger/scheduleOccurrence").asText())
        .isEqualTo(occurrence.toString());
    assertThat(
            Ledger.query(
                "select key from run_request where key like 'timer/%' and " + of("timedonce")))
        .startsWith("timer/")
        .endsWith("/t/" + occurrence);
  }

  /** Whoever started the run died before it was remembered. */
  @Test
  void shouldFindTheRunThatWasStartedBefore() {
    Fixture fixture = task("timedtwice", YEARLY);
    sweep();
    Instant occurrence = due("timedtwice", Duration.ZERO);
    sweep();
    String first = timer(fixture).path("lastRunId").asText();
    Ledger.change(
        "update timer_trigger set occurrence = '%1$s', due_at = '%1$s', last_run = null where %2$s"
            .formatted(occurrence, of("timedtwice")));

    sweep();

    assertThat(runs("timedtwice")).isEqualTo(1);
    assertThat(timer(fixture).path("lastRunId").asText()).isEqualTo(first);
  }

  @Test
  void shouldCatchUpWithEachTimeThatIsNotTooOld() {
    Fixture fixture = task("timedlate", MINUTELY);
    sweep();
    Instant first = due("timedlate", Duration.ofMinutes(4));
    for (int i = 0; i < 8; i++) {
      sweep();
    }
    // Another minute may have begun meanwhile.
    assertThat(runs("timedlate")).isBetween(5, 6);
    for (int minute = 0; minute < 5; minute++) {
      Instant occurrence = first.plus(minute, ChronoUnit.MINUTES);
      assertThat(
              Ledger.query(
                  "select count(*) from run where timer_trigger::json->>'scheduleOccurrence' = '%s' and %s"
                      .formatted(occurrence, of("timedlate"))))
          .isEqualTo("1");
    }
    fixture.api().put(fixture.task("hello"), body(YEARLY));
    sweep();
    int before = runs("timedlate");
    Instant missed = due("timedlate", Duration.ofMinutes(11));
    sweep();
    assertThat(runs("timedlate")).isEqualTo(before);
    assertThat(timer(fixture).path("lastProblem").asText()).contains("within PT10M");
    assertThat(timer(fixture).path("lastOccurrence").asText()).isEqualTo(missed.toString());
    assertThat(timer(fixture).has("lastRunId")).isFalse();
  }

  /** Whatever the rows say: what counts is what the task says now. */
  @Test
  void shouldNotFireWhatIsDisabledChangedOrGone() {
    Fixture fixture = task("timedoff", YEARLY);
    Api api = fixture.api();
    sweep();
    for (String patch :
        List.of(
            "{'properties':{'status':'Disabled'}}",
            "{'properties':{'status':'Enabled','trigger':{'timerTriggers':[{'name':'t','status':'Disabled'}]}}}",
            "{'properties':{'trigger':{'timerTriggers':[{'name':'t','status':'Enabled','schedule':'8 3 29 2 *'}]}}}")) {
      due("timedoff", Duration.ZERO);
      assertThat(api.patch(fixture.task("hello"), patch).status()).isEqualTo(200);
      sweep();
      assertThat(runs("timedoff")).as(patch).isZero();
    }
    assertThat(timer(fixture).path("nextOccurrence").asText()).endsWith("-02-29T03:08:00Z");
    due("timedoff", Duration.ZERO);
    assertThat(api.delete(fixture.task("hello")).status()).isEqualTo(200);
    sweep();
    assertThat(Ledger.query("select count(*) from timer_trigger where " + of("timedoff")))
        .isEqualTo("0");
    assertThat(runs("timedoff")).isZero();
  }

  @Test
  void shouldFireTheOthersBesideBadRows() {
    Fixture good = task("timedgood", YEARLY);
    Fixture bad = task("timedbad", YEARLY);
    assertThat(bad.api().put(bad.task("worse"), body(YEARLY)).status()).isEqualTo(200);
    sweep();
    due("timedgood", Duration.ZERO);
    due("timedbad", Duration.ZERO);
    Ledger.change(
        "update timer_trigger set schedule = 'x', time_zone = 'y' where " + of("timedbad"));
    String task = "update task set version = version + 2, properties = '%s' where name = '%s' and ";
    Ledger.change(task.formatted("no json", "worse") + of("timedbad"));
    Ledger.change(task.formatted("no json", "hello") + of("timedbad"));

    sweep();
    sweep();

    assertThat(runs("timedgood")).isEqualTo(1);
    assertThat(timer(good).path("lastRunId").asText()).isNotEmpty();
    assertThat(
            Ledger.query(
                "select string_agg(last_problem, ';') from timer_trigger where " + of("timedbad")))
        .contains("the log of task-api says why");
    Ledger.change("delete from task where " + of("timedbad"));
  }

  @Test
  void shouldSayWhyARunWasRefusedAndComeBackToIt() {
    Fixture fixture = task("timedfull", YEARLY);
    sweep();
    Ledger.change(
        """
        insert into run (uid, registry_uid, registry, number, run_id, kind, run_type, trigger_kind,
            pool, os, architecture, cpu, timeout_seconds, custom_registries, spec, status, attempt,
            cancel_requested, lost_agents, last_sequence, created_at, queued_at, updated_at,
            output_images, archived, own_credentials)
          select gen_random_uuid(), uid, name, -n, 'zy' || n, 'Task', 'QuickRun', 'Manual',
            'elsewhere', 'linux', 'amd64', 2, 3600, '{}', '{}', 'Queued', 1, false, '{}', 0, now(),
            now(), now(), '[]', false, false
          from registry, generate_series(1, %d) n where name = 'timedfull'\
        """
            .formatted(Platform.MOST_QUEUED));
    due("timedfull", Duration.ZERO);
    sweep();
    assertThat(timer(fixture).path("lastProblem").asText())
        .contains("runs of registry 'timedfull' are waiting", "It is tried again");

    Ledger.change("delete from run where number < 0 and " + of("timedfull"));
    Eventually.holds(() -> {
      Ledger.change("update timer_trigger set due_at = occurrence where " + of("timedfull"));
      sweep();
      assertThat(runs("timedfull")).isEqualTo(1);
    });
    assertThat(timer(fixture).has("lastProblem")).isFalse();
    assertThat(timer(fixture).path("lastRunId").asText()).isNotEmpty();
  }

  @Test
  void shouldRefuseByNameWhatIsNoTimer() {
    Fixture fixture = Fixture.of("timedwrong");
    String at = "properties.trigger.timerTriggers";
    refused(fixture, "{'name':'t','schedule':'0 25 * * *'}")
        .contains(at + "[0].schedule has '25' as the hour (field 2, at character 3)", "0 to 23");
    refused(fixture, MINUTELY + ",{'name':'u','schedule':'* * * * *','timeZone':'Berlin'}")
        .contains(at + "[1].timeZone is 'Berlin'", "Europe/Berlin");
    refused(fixture, MINUTELY + "," + MINUTELY).contains(at + " has two timers of the name 't'");
    refused(fixture, "{'name':'" + "x".repeat(101) + "','schedule':'* * * * *'}")
        .contains(at + "[0].name has 101 characters, at most 100");
    String many = "{'name':'0','schedule':'* * * * *'}";
    for (int i = 1; i <= 50; i++) {
      many += ",{'name':'" + i + "','schedule':'* * * * *'}";
    }
    refused(fixture, many).contains(at + " has 51 items, at most 50 are allowed");
  }

  private static AbstractStringAssert<?> refused(Fixture fixture, String timers) {
    Api.Answer answer = fixture.api().put(fixture.task("hello"), body(timers));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    return assertThat(answer.at("/error/message"));
  }

  @Test
  void shouldShowATimeZoneAndTakeBackWhatItShows() {
    Fixture fixture =
        task("timedzone", "{'name':'t','schedule':'0 12 1 7 *','timeZone':'Europe/Berlin'}");
    sweep();
    due("timedzone", Duration.ZERO);
    sweep();
    assertThat(timer(fixture).path("timeZone").asText()).isEqualTo("Europe/Berlin");
    assertThat(timer(fixture).path("nextOccurrence").asText()).endsWith("-07-01T10:00:00Z");

    JsonNode shown = fixture.api().get(fixture.task("hello")).json();
    Api.Answer again = fixture.api().put(fixture.task("hello"), shown.toString());

    assertThat(again.status()).as(again.toString()).isEqualTo(200);
    sweep();
    assertThat(timer(fixture)).isEqualTo(shown.at("/properties/trigger/timerTriggers/0"));
  }
}
