package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.history.Position;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lists of runs hold, page by page. */
class HistoryIT {
  private static final String D1 = "sha256:" + "0f".repeat(32);
  private static TestStore store;
  private static RunQueries queries;
  private static Registry registry;

  @BeforeAll
  static void fill() {
    store = TestStore.migrated();
    queries = queries(store);
    UUID uid = TestRuns.registry(store, "history");
    registry = registry(uid);
    // 1 to 3,000 by turns of task, type, pool and state; then an import; then three that live.
    TestRuns.add(
        store,
        uid,
        3_000,
        """
        task = case when made.number % 3 = 0 then 'Hello' when made.number % 3 = 1 then 'other' end,
        task_uid = case when made.number % 3 < 2 then '%s'::uuid end,
        run_type = case when made.number % 2 = 0 then 'AutoRun' else 'QuickRun' end,
        pool = case when made.number %% 50 = 7 then 'big' else 'default' end,
        archived = made.number %% 1000 = 1,
        status = case when made.number %% 7 = 0 then 'Failed' else 'Succeeded' end,
        finished_at = created_at + interval '1 h' - made.number * interval '2 s'\
        """
            .replace("%s", UUID.randomUUID().toString())
            .replace("%%", "%"));
    TestRuns.add(store, uid, 1, "kind = 'Import'");
    TestRuns.add(
        store, uid, 3, "status = 'Queued', finished_at = null, started_at = null, task = 'Hello'");
    store.change(
        """
        insert into run_image (registry_uid, number, name, digest) values
          ('%1$s', 5, 'history.local/base/hello', '%2$s'),
          ('%1$s', 5, 'history.local/base/world', '%2$s'),
          ('%1$s', 2500, 'history.local/base/hello', 'sha256:%3$s')\
        """
            .formatted(uid, D1, "ab".repeat(32)));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  static RunQueries queries(TestStore store) {
    return new RunQueries(
        store.transactions(),
        store.queries(),
        new RunRepository(new RunRows(TestStore.json())),
        Clock.systemUTC());
  }

  static Registry registry(UUID uid) {
    return new Registry(
        uid,
        "/r",
        "history",
        "rg",
        "local",
        new Registry.Settings("Standard", true),
        Map.of(),
        "Succeeded",
        null,
        null,
        "ca",
        Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                              | true",
        "status eq 'failed'                              | status = 'Failed'",
        "status ne 'Succeeded'                           | status <> 'Succeeded'",
        "status eq 'Queued'                              | status = 'Queued'",
        "status eq 'Timeout'                             | false",
        "runType eq 'autorun'                            | run_type = 'AutoRun'",
        "runType eq 'AutoBuild'                          | false",
        "agentPoolName eq 'big'                          | pool = 'big'",
        "agentPoolName ne 'default'                      | pool <> 'default'",
        "isArchiveEnabled eq true                        | archived",
        "isArchiveEnabled eq false and status eq 'Failed' | not archived and status = 'Failed'",
        "taskName eq 'HELLO'                             | task = 'Hello'",
        "taskName eq 'hello' and status eq 'Failed'      | task = 'Hello' and status = 'Failed'",
        "taskName eq 'hello' and runType eq 'AutoRun'    | task='Hello' and run_type='AutoRun'",
        "taskName eq 'hello' or taskName eq 'other'      | task is not null",
        "taskName ne 'hello'                             | task = 'other'",
        "taskName eq 'nobody'                            | false",
        "runId eq 'CA17'                                 | run_id = 'ca17'",
        "runId eq 'ca17' and status eq 'Failed'          | false",
        "runId gt 'ca99'                                 | run_id > 'ca99'",
        "createTime ge 2026-01-01T00:48:00Z              | number >= 2880",
        "createTime lt 2026-01-01T00:01:00Z              | number < 60",
        "createTime gt 2027-01-01T00:00:00Z              | false",
        "createTime lt 2026-01-01T00:40:00Z and taskName eq 'hello' | number<2400 and task='Hello'",
        "finishTime gt 2030-01-01T00:00:00Z              | false",
        "createTime ne 2026-01-01T00:40:00Z              | number <> 2400",
        "contains(OutputImageManifests, 'base/hello')    | number in (5, 2500)",
        "contains(OutputImageManifests, 'local/base')    | number in (5, 2500)",
        "contains(OutputImageManifests, 'hello@sha256:abab') | number = 2500",
        "contains(OutputImageManifests, 'hello@')        | number in (5, 2500)",
        "contains(OutputImageManifests, 'f0f0f0')        | number = 5",
        "contains(OutputImageManifests, 'none/of@sha256:0f') | false",
      })
  void shouldFindWhatTheFilterSaysPageByPage(String filter, String where) {
    List<Long> expected = numbers("kind = 'Task' and " + where);
    for (int most : List.of(40, 1_000)) {
      assertThat(all(filter, most)).as("pages of " + most).isEqualTo(expected);
    }
  }

  @Test
  void shouldFindAWholeDigestByItsIndex() {
    assertThat(all("contains(OutputImageManifests, 'base/hello@" + D1 + "')", 10))
        .containsExactly(5L);
    assertThat(all("contains(OutputImageManifests, '" + D1 + "')", 10)).containsExactly(5L);
    assertThat(all("contains(OutputImageManifests, 'bas/hello@" + D1 + "')", 10)).isEmpty();
  }

  @Test
  void shouldOrderByTheEndOfRunsWhereThatIsAskedFor() {
    List<Long> found = all("finishTime ge 2026-01-01T00:30:00Z", 70);

    // They ended in the opposite order; with it the page after can be found.
    assertThat(found)
        .isEqualTo(
            numbers(
                "kind = 'Task' and finished_at >= '2026-01-01T00:30:00Z'",
                "finished_at desc, number desc"))
        .hasSizeGreaterThan(100);
  }

  @Test
  void shouldShowEachRunWithoutItsSpecification() {
    Run run = TestStore.await(queries.get(registry, "CA17"));

    assertThat(run.key().number()).isEqualTo(17);
    assertThat(new RunRows(TestStore.json()).columns("").split(", ")).doesNotContain("spec");
    assertThat(TestStore.await(queries.list(registry, null, Position.parse(null), 5)).runs())
        .hasSize(5);
  }

  @Test
  void shouldEndAQueryThatTakesTooLong() throws Exception {
    try (TestStore impatient = store.with(Map.of("statement_timeout", "200"));
        var locker = store.connect();
        var statement = locker.createStatement()) {
      locker.setAutoCommit(false);
      statement.execute("lock table run in access exclusive mode");

      assertThatThrownBy(() ->
              TestStore.await(queries(impatient).list(registry, null, Position.parse(null), 5)))
          .isInstanceOfSatisfying(
              ArmException.class, slow -> assertThat(slow.status()).isEqualTo(504))
          .hasMessageContaining("took too long");
    }
  }

  @Test
  void shouldRefuseATokenThatNoListGave() {
    assertThatThrownBy(() -> Position.parse("x"))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400));
    assertThatThrownBy(() -> Position.parse("9223372036854775807.1"))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  private static List<Long> all(String filter, int most) {
    List<Long> numbers = new ArrayList<>();
    Position next = Position.parse(null);
    while (next != null) {
      RunPage page = TestStore.await(queries.list(registry, filter, next, most));
      assertThat(page.runs()).hasSizeLessThanOrEqualTo(most);
      page.runs().forEach(run -> numbers.add(run.key().number()));
      next = page.next() == null ? null : Position.parse(page.next().token());
    }
    return numbers;
  }

  private static List<Long> numbers(String where) {
    return numbers(where, "number desc");
  }

  private static List<Long> numbers(String where, String order) {
    String found =
        store.query(
            "select string_agg(number::text, ',' order by %s) from run where registry_uid='%s' and %s"
                .formatted(order, registry.uid(), where));
    List<Long> numbers = new ArrayList<>();
    if (found != null) {
      for (String number : found.split(",")) {
        numbers.add(Long.parseLong(number));
      }
    }
    return numbers;
  }
}
