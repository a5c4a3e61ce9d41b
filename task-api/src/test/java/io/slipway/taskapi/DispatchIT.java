package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.agent.EndUnservedRuns;
import io.slipway.taskapi.dispatch.Dispatcher;
import io.slipway.taskapi.dispatch.LiveAgents;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The backlog, the window, and whose turn it is. */
@QuarkusTest
@TestProfile(DispatchIT.UsualWindow.class)
@QuarkusTestResource(Platform.class)
class DispatchIT {
  /** The window that the platform has, and not that of the other tests. */
  public static final class UsualWindow implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("slipway.dispatch.least-window", "1");
    }
  }

  private static final int FLOOD = 3_000;

  /** The least size of a window. */
  private static final int WINDOW = 16;

  @Inject Dispatcher dispatcher;
  @Inject LiveAgents agents;
  @Inject EndUnservedRuns unserved;

  private TestAgent agent;

  @BeforeEach
  void start() {
    agent = new TestAgent("dispatch");
    Ledger.change("update run set status = 'Canceled' where status = 'Queued'");
    Ledger.change("delete from agent");
    agents.lookAgain().await().indefinitely();
  }

  @AfterEach
  void stop() {
    Ledger.change("update run set status = 'Canceled' where status = 'Queued'");
    agent.close();
  }

  @Test
  void shouldTellTheAgentsOfASmallWindowAlone() {
    Fixture flood = Fixture.of("floodwindow");
    flood(flood, "linux", "amd64");

    dispatch();

    assertThat(inWindow("floodwindow")).isEqualTo(WINDOW);
    assertThat(Ledger.query(waiting("floodwindow"))).isEqualTo(Integer.toString(FLOOD - WINDOW));
  }

  @Test
  void shouldGiveASingleRunItsTurnWhileAnotherRegistryFloods() {
    Fixture flood = Fixture.of("floodothers");
    Fixture single = Fixture.of("singlerun");
    flood(flood, "linux", "amd64");
    dispatch();

    RunRef run = single.schedule();
    assertThat(told(run)).isFalse();
    for (String uid : window("floodothers", WINDOW / 4)) {
      agent.claim(UUID.fromString(uid), 1);
    }
    dispatch();

    assertThat(told(run)).as("after a quarter of a window").isTrue();
    assertThat(inWindow("floodothers")).isLessThan(WINDOW);
  }

  @Test
  void shouldSendARunToIdleAgentsWithoutABacklog() {
    Fixture idle = Fixture.of("idleplatform");

    RunRef run = idle.schedule();

    assertThat(told(run)).isTrue(); // in the transaction that accepted it, nobody dispatched
    Eventually.equal("true", () -> Boolean.toString(isAnnounced(run)));
  }

  @Test
  void shouldKeepARegistryBelowItsLimit() {
    Fixture limited = Fixture.of("limitedruns");
    assertThat(
            limited.api().patch(limited.id(), "{'tags':{'slipway.concurrentRuns':'2'}}").status())
        .isEqualTo(200);
    List<RunRef> runs = List.of(limited.schedule(), limited.schedule(), limited.schedule());
    dispatch();
    assertThat(inWindow("limitedruns")).isEqualTo(2);

    agent.claim(runs.getFirst().runUid(), 1);
    dispatch();
    assertThat(told(runs.getLast())).isFalse();

    Ledger.change(
        "update run set status = 'Failed' where uid = '" + runs.getFirst().runUid() + "'");
    dispatch();
    assertThat(told(runs.getLast())).isTrue();
  }

  @Test
  void shouldNotTellLinuxAgentsOfRunsForWindows() {
    agent.idle();
    Ledger.change(
        "update agent set platform = 'linux/amd64', last_seen = now() + interval '1 hour'");
    agents.lookAgain().await().indefinitely();
    Fixture windows = Fixture.of("windowsruns");
    flood(windows, "windows", "amd64");

    dispatch();

    assertThat(inWindow("windowsruns")).isZero();
    Api.Answer waits = windows.api().get(windows.run("zz5"));
    assertThat(waits.json().at("/properties/queuePosition").asInt()).isEqualTo(5);
    assertThat(waits.at("/properties/queueReason"))
        .isEqualTo("NoAgentForPlatform: pool 'default' has no agent for windows/amd64");
  }

  @Test
  void shouldEndRunsThatNoAgentWillTake() {
    RunRef run = Fixture.of("noagents").schedule();
    Ledger.change(
        "update run set queued_at = now() - interval '1 minute' where uid = '"
            + run.runUid()
            + "'");
    Eventually.equal(
        "Error",
        () -> {
          unserved.sweep().await().indefinitely();
          return Ledger.query("select status from run where uid = '" + run.runUid() + "'");
        });
    assertThat(Ledger.query("select error from run where uid = '" + run.runUid() + "'"))
        .isEqualTo("NoAgentAvailable: pool 'default' has had no agent for 1 seconds");
  }

  @Test
  void shouldSayWhatARunWaitsFor() {
    Fixture limited = Fixture.of("saywhy");
    limited.api().patch(limited.id(), "{'tags':{'slipway.concurrentRuns':'1'}}");
    List<RunRef> runs = List.of(limited.schedule(), limited.schedule(), limited.schedule());
    dispatch();

    assertThat(reason(limited, runs.get(0))).isEqualTo("NoAgent: pool 'default' has no agent");
    assertThat(reason(limited, runs.get(2)))
        .isEqualTo("RegistryLimit: the registry may have 1 runs under way at a time");
    assertThat(position(limited, runs.get(0))).isEqualTo("1");
    assertThat(position(limited, runs.get(2))).isEqualTo("3");
    agent.claim(runs.get(0).runUid(), 1);
    assertThat(reason(limited, runs.get(0))).isEmpty();
    assertThat(position(limited, runs.get(2))).isEqualTo("2");
  }

  @Test
  void shouldHandOutTheHighestPriorityFirst() {
    Fixture flood = Fixture.of("priorities");
    flood(flood, "linux", "amd64");
    Ledger.change("update run set priority = 9 where run_id = 'zz2999' and status = 'Queued'");

    for (String uid : window("priorities", WINDOW / 4)) {
      agent.claim(UUID.fromString(uid), 1);
    }
    dispatch();

    assertThat(
            Ledger.query(
                "select published_at from run where registry = 'priorities'"
                    + " and run_id = 'zz2999'"))
        .isNotNull();
  }

  @Test
  void shouldRefuseMoreThanTheQuotaAndSayWhenToTryAgain() {
    Fixture flood = Fixture.of("quotaregistry");
    flood(flood, "linux", "amd64", Platform.MOST_QUEUED);
    String body = "{'type':'TaskRunRequest','taskId':'" + flood.task("hello") + "'}";

    Api.Answer refused = schedule(flood, body);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.at("/error/code")).isEqualTo("TooManyRequests");
    assertThat(refused.header("Retry-After")).isEqualTo("10");
    assertThat(Fixture.of("otherregistry").schedule()).isNotNull();
  }

  /** What was counted before may be trusted for a while: the room that there was is used up. */
  private static Api.Answer schedule(Fixture fixture, String body) {
    Api.Answer answer = null;
    for (int i = 0; i < Platform.MOST_QUEUED; i++) {
      answer = fixture.api().post(fixture.id() + "/scheduleRun", body);
      if (answer.status() != 200) {
        return answer;
      }
    }
    return answer;
  }

  private static String reason(Fixture fixture, RunRef run) {
    return fixture.api().get(fixture.run(run.runId())).at("/properties/queueReason");
  }

  private static String position(Fixture fixture, RunRef run) {
    return fixture.api().get(fixture.run(run.runId())).at("/properties/queuePosition");
  }

  private void dispatch() {
    dispatcher.dispatch().await().indefinitely();
  }

  /** Runs that wait in the backlog, as many requests or events would leave them. */
  private static void flood(Fixture fixture, String os, String architecture) {
    flood(fixture, os, architecture, FLOOD);
  }

  private static void flood(Fixture fixture, String os, String architecture, int runs) {
    RunRef model = fixture.schedule();
    Ledger.change(
        """
        create temp table flood as select * from run where uid = '%s';
        update flood set status = 'Queued', published_at = null, os = '%s', architecture = '%s';
        insert into run select (jsonb_populate_record(flood, jsonb_build_object(
            'uid', gen_random_uuid(), 'number', 1000 + n, 'run_id', 'zz' || n))).*
          from flood, generate_series(1, %d) n;
        update run set status = 'Canceled' where uid = (select uid from flood);
        drop table flood\
        """
            .formatted(model.runUid(), os, architecture, runs));
  }

  private static int inWindow(String registry) {
    return window(registry, 10_000).size();
  }

  private static List<String> window(String registry, int most) {
    String uids =
        Ledger.query(
            "select string_agg(uid::text, ',') from (select uid from run where registry = '"
                + registry
                + "' and status = 'Queued' and published_at is not null order by number limit "
                + most
                + ") told");
    return uids == null ? List.of() : List.of(uids.split(","));
  }

  private static String waiting(String registry) {
    return "select count(*) from run where status = 'Queued' and published_at is null"
        + " and registry = '"
        + registry
        + "'";
  }

  private static boolean told(RunRef run) {
    return Ledger.query("select published_at from run where uid = '" + run.runUid() + "'") != null;
  }

  private boolean isAnnounced(RunRef run) {
    return agent.bus().all(Topics.runQueue("default")).stream()
        .anyMatch(seen -> run.runUid().toString().equals(seen.key()));
  }
}
