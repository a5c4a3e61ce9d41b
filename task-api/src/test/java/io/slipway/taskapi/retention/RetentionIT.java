package io.slipway.taskapi.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.cleanup.TestCleanups;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.leader.TestLeader;
import io.slipway.taskapi.run.TestEndRun;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is taken away, and what stays. Runs of the test end about noon of 1 January 2026. */
class RetentionIT {
  private TestStore store;
  private UUID registry;
  private Instant now = Instant.parse("2026-03-01T00:00:00Z");
  private Leader leader;
  private Cancellable beats;
  private RetainRuns retain;

  @BeforeEach
  void open() {
    store = TestStore.migrated();
    registry = TestRuns.registry(store, "kept");
    InstantSource clock = () -> now;
    leader = TestLeader.of(store);
    beats =
        Multi.createFrom()
            .ticks()
            .every(Duration.ofSeconds(1))
            .onOverflow()
            .drop()
            .onItem()
            .transformToUniAndConcatenate(tick -> leader.lead().onFailure().recoverWithItem(false))
            .subscribe()
            .with(leads -> {});
    retain =
        new RetainRuns(
            store.transactions(), new DeleteRuns(new Pieces(leader)), TestStore.json(), clock, 30);
  }

  private void sweep() {
    TestStore.await(leader.lead());
    TestStore.await(retain.sweep());
  }

  @AfterEach
  void close() {
    beats.cancel();
    store.close();
  }

  @Test
  void shouldDeleteRunsAfterTheirTimeWithAllThatIsTheirs() {
    TestRuns.add(store, registry, 1_000, "");
    store.change(
        """
        insert into run_log (run_uid, length, sealed, updated_at) select uid, 9, true, now() from run;
        insert into log_chunk (run_uid, start_offset, content)
          select uid, n, 'abc' from run, generate_series(0, 2) n;
        insert into run_image (registry_uid, number, name, digest)
          select registry_uid, number, 'a', 'b' from run\
        """);

    now = Instant.parse("2026-01-31T00:59:00Z");
    sweep();
    assertThat(count("run")).isEqualTo("1000");

    now = Instant.parse("2026-01-31T01:10:00Z"); // 30 days after the end of the 600th
    sweep();
    assertThat(store.query("select min(number) from run")).isEqualTo("600");
    assertThat(count("run_log")).isEqualTo("401");
    assertThat(count("log_chunk")).isEqualTo("1203");
    assertThat(store.query("select min(number) from run_image")).isEqualTo("600");

    now = Instant.parse("2026-02-01T00:00:00Z");
    sweep();
    assertThat(count("run")).isEqualTo("0");
  }

  @Test
  void shouldKeepWhatRegistryOrTaskSayAndWhatIsArchived() {
    UUID brief = task("brief", "5");
    UUID forever = task("forever", "forever");
    UUID silent = task("silent", null);
    store.change("update registry set tags = '{\"slipway.retention-days\":\"40\"}'");
    TestRuns.add(store, registry, 5, "task = 'brief', task_uid = '" + brief + "'");
    TestRuns.add(store, registry, 5, "task = 'forever', task_uid = '" + forever + "'");
    TestRuns.add(store, registry, 5, "task = 'silent', task_uid = '" + silent + "'");
    TestRuns.add(store, registry, 5, "archived = true");
    TestRuns.add(store, registry, 5, "status = 'Running', finished_at = null");

    now = Instant.parse("2026-01-08T00:00:00Z");
    sweep();
    assertThat(numbers()).isEqualTo("6-25");

    now = Instant.parse("2026-02-08T00:00:00Z");
    sweep();
    assertThat(numbers()).isEqualTo("6-25");

    now = Instant.parse("2026-02-15T00:00:00Z");
    sweep();
    assertThat(store.query("select string_agg(number::text, ',' order by number) from run"))
        .isEqualTo("6,7,8,9,10,16,17,18,19,20,21,22,23,24,25");

    // No longer archived: found by the next full pass.
    store.change("update run set archived = false");
    now = now.plus(Duration.ofHours(25));
    sweep();
    assertThat(store.query("select string_agg(number::text, ',' order by number) from run"))
        .isEqualTo("6,7,8,9,10,21,22,23,24,25");
  }

  @Test
  void shouldNeitherWaitForALockedRunNorForgetIt() throws Exception {
    TestRuns.add(store, registry, 300, "");
    try (var other = store.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from run where number = 7 for update");

      sweep();

      assertThat(store.query("select min(number) from run where number < 200")).isEqualTo("7");
    }
    sweep();
    assertThat(count("run")).isEqualTo("0");
  }

  @Test
  void shouldGoOnBesideARegistryThatCannotBeDone() {
    UUID other = TestRuns.registry(store, "other");
    TestRuns.add(store, registry, 5, "");
    TestRuns.add(store, other, 5, "");
    // Its rows cannot be deleted, and it comes first or last as the uids have it.
    store.change(
        """
        create function refuse() returns trigger language plpgsql as
          'begin raise exception ''refused''; end';
        create trigger refuse before delete on run for each row
          when (old.registry_uid = '%s') execute function refuse()\
        """
            .formatted(registry));

    sweep();

    assertThat(count("run where registry_uid = '" + other + "'")).isEqualTo("0");
    assertThat(count("run")).isEqualTo("5");
  }

  @Test
  void shouldForgetOldRowsAndKeepYoungOnes() {
    String rows =
        """
        insert into run_request values ('%1$s', 'k%2$s', 'd', gen_random_uuid(), %3$s);
        insert into operation (id, kind, resource_id, created_at)
          values (gen_random_uuid(), 'Import', 'r', %3$s);
        insert into registry_event values ('e%2$s', %3$s);
        insert into agent (name, pool, slots, busy, last_seen) values ('a%2$s', 'p', 1, 0, %3$s);
        insert into dead_outbox values (%2$s, 't', 'k', 'h', 'p', %3$s, %3$s, 'r');
        insert into pending_cleanup (resource_key, action, target, attempts, due_at, set_aside_at)
          values ('r', 'FORGET_OWNER', 't', 9, %3$s, %3$s)\
        """;
    store.change(rows.formatted(registry, 1, "timestamptz '2026-02-28 23:00:00Z'"));
    store.change(rows.formatted(registry, 2, "timestamptz '2026-01-01'"));
    store.change(
        "insert into registry_event select 'x' || n, '2026-01-01' from generate_series(1, 2500) n");

    TestStore.await(new ForgetOld(new Pieces(leader), () -> now).sweep());

    for (String table :
        new String[] {
          "run_request", "operation", "registry_event", "agent", "dead_outbox", "pending_cleanup"
        }) {
      assertThat(count(table)).as(table).isEqualTo("1");
    }
  }

  @Test
  void shouldTakeAwayWhatHangsOnADeletedRegistryAndNothingElse() {
    UUID other = TestRuns.registry(store, "other");
    TestRuns.add(store, other, 50, "");
    task("one", null);
    TestRuns.add(store, registry, 900, "archived = made.number % 2 = 0");
    TestRuns.add(
        store,
        registry,
        700,
        "status = 'Queued', finished_at = null, own_credentials = made.number % 100 = 0");
    TestRuns.add(store, registry, 3, "status = 'Running', finished_at = null, agent = 'a'");
    store.change(
        """
        insert into image_tag select '%1$s', 'r', 't' || n, 'd', 'm', 1, now()
          from generate_series(1, 1500) n;
        update registry set deleted_at = now(), group_key = null, login_server = null,
          name_key = name_key || '/' || uid where uid = '%1$s'\
        """
            .formatted(registry));
    RemoveRegistries remove =
        new RemoveRegistries(
            store.transactions(),
            new Pieces(leader),
            new DeleteRuns(new Pieces(leader)),
            TestEndRun.runs(),
            TestEndRun.of(() -> now),
            TestCleanups.of(() -> now),
            () -> now);

    TestStore.await(remove.sweep());

    // Agents end what they execute; until then the registry's row stays.
    assertThat(
            store.query(
                "select count(*) || ' ' || bool_and(cancel_requested) from run where registry_uid ="
                    + " '"
                    + registry
                    + "'"))
        .isEqualTo("3 true");
    assertThat(count("registry")).isEqualTo("2");
    assertThat(count("task") + count("image_tag")).isEqualTo("00");
    assertThat(count("pending_cleanup where action = 'FORGET_OWNER'")).isEqualTo("8");
    // Each of those that waited has its one end, for whoever follows the events of runs.
    assertThat(
            store.query(
                "select count(*) || ' ' || count(distinct key) from outbox"
                    + " where topic = 'run-events' and headers like '%run.completed%'"
                    + " and convert_from(payload, 'UTF8') ilike '%\"Canceled\"%was deleted%'"))
        .isEqualTo("700 700");

    store.change(
        "update run set status = 'Canceled', finished_at = now() where status = 'Running'");
    TestStore.await(remove.sweep());

    assertThat(store.query("select string_agg(name, ',') from registry")).isEqualTo("other");
    assertThat(count("run")).isEqualTo("50");
  }

  @Test
  void shouldRemoveARegistryBesideOneThatCannotBeRemoved() {
    UUID other = TestRuns.registry(store, "other");
    TestRuns.add(store, registry, 3, "status = 'Queued', finished_at = null");
    TestRuns.add(store, other, 3, "status = 'Queued', finished_at = null");
    store.change(
        """
        create function refuse() returns trigger language plpgsql as
          'begin raise exception ''not this one''; end';
        create trigger refuse before delete on run for each row
          when (old.registry_uid = '%s') execute function refuse();
        update registry set deleted_at = now() - (name = 'kept')::int * interval '1 hour',
          group_key = null, login_server = null, name_key = name_key || '/' || uid\
        """
            .formatted(registry));

    TestStore.await(
        new RemoveRegistries(
                store.transactions(),
                new Pieces(leader),
                new DeleteRuns(new Pieces(leader)),
                TestEndRun.runs(),
                TestEndRun.of(() -> now),
                TestCleanups.of(() -> now),
                () -> now)
            .sweep());

    assertThat(store.query("select string_agg(name, ',') from registry")).isEqualTo("kept");
  }

  @Test
  void shouldLeaveItToTheInstanceThatLeads() {
    TestRuns.add(store, registry, 10, "");
    Leader other = TestLeader.of(store);
    assertThat(other.leads()).isFalse();
    RetainRuns others =
        new RetainRuns(
            store.transactions(),
            new DeleteRuns(new Pieces(other)),
            TestStore.json(),
            () -> now,
            30);

    TestStore.await(others.sweep());
    assertThat(count("run")).isEqualTo("10");

    sweep();
    assertThat(count("run")).isEqualTo("0");
  }

  @Test
  void shouldRepeatAPieceUntilItHasNothingLeft() {
    int[] left = {3};

    TestStore.await(
        new Pieces(leader)
            .untilDone(connection -> Uni.createFrom().item(() -> left[0]-- > 0 ? 1 : 0)));

    assertThat(left[0]).isEqualTo(-1);
  }

  private UUID task(String name, String days) {
    UUID uid = UUID.randomUUID();
    store.change(
        """
        insert into task (uid, registry_uid, name, name_key, location, tags, properties, identity,
            dependencies, created_at, updated_at, version)
          values ('%s', '%s', '%s', '%s', 'local', '%s', '{}', '{}', '[]', now(), now(), 1)\
        """
            .formatted(
                uid,
                registry,
                name,
                name,
                days == null ? "{}" : "{\"slipway.retention-days\":\"" + days + "\"}"));
    return uid;
  }

  private String numbers() {
    return store.query("select min(number) || '-' || max(number) from run");
  }

  private String count(String from) {
    return store.query("select count(*) from " + from);
  }
}
