package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.run.history.HistoryQuery;
import io.slipway.taskapi.run.history.HistoryQuery.Statement;
import io.slipway.taskapi.run.history.Position;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A list touches as many pages of PostgreSQL in a long history as in a short one. Pages are counted
 * instead of time: they are the same in each run of the test. Both registries are in one ledger, so
 * that their indexes are equally deep.
 */
class HistoryCostIT {
  private static final int SHORT = 1_000;
  private static final int LONG = 100_000;
  private static final String HOW =
      """
      task = case when made.number % 2 = 0 then 'hello' end,
      status = case when made.number % 10 = 0 then 'Failed' else 'Succeeded' end\
      """;
  private static final String COLUMNS = new RunRows(TestStore.json()).columns("");
  private static TestStore store;
  private static UUID few;
  private static UUID many;

  @BeforeAll
  static void fill() {
    store = TestStore.migrated();
    few = registry("few", SHORT);
    many = registry("many", LONG);
    store.change("vacuum analyze run");
    store.change("vacuum analyze run_image");
  }

  private static UUID registry(String name, int runs) {
    UUID uid = TestRuns.registry(store, name);
    TestRuns.add(store, uid, runs, HOW);
    store.change(
        """
        insert into run_image (registry_uid, number, name, digest)
          select registry_uid, number, 'r.local/base/app', 'sha256:' || repeat('0f', 32)
          from run where registry_uid = '%s'\
        """
            .formatted(uid));
    return uid;
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status eq 'Failed'",
        "status eq 'Timeout'",
        "status ne 'Succeeded'",
        "runType eq 'AutoBuild'",
        "runType eq 'QuickRun'",
        "agentPoolName eq 'nobodys'",
        "isArchiveEnabled eq true",
        "isArchiveEnabled eq true and status eq 'Failed'",
        "taskName eq 'hello'",
        "taskName eq 'nobody'",
        "taskName eq 'hello' and status eq 'Timeout'",
        "taskName gt 'hello'",
        "runId eq 'zz1'",
        "runId gt 'zz1'",
        "createTime gt 2030-01-01T00:00:00Z",
        "createTime lt 2026-01-01T00:10:00Z",
        "createTime lt 2020-01-01T00:00:00Z",
        "finishTime gt 2030-01-01T00:00:00Z",
        "finishTime lt 2020-01-01T00:00:00Z",
        "contains(OutputImageManifests, 'zzz')",
        "contains(OutputImageManifests, 'base/app')",
        "contains(OutputImageManifests, 'ababab')",
        "contains(OutputImageManifests, 'base/app@sha256:"
            + "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f')",
        "contains(OutputImageManifests, 'base/app@sha256:"
            + "abababababababababababababababababababababababababababababababab')",
      })
  void shouldCostTheSameInALongHistory(String filter) {
    long expected = pages(few, filter);

    assertThat(pages(many, filter))
        .as("pages for %d runs, and %d for %d", LONG, expected, SHORT)
        .isLessThanOrEqualTo(expected * 3 / 2 + 20);
  }

  /** No index leads there: a page ends early, and the next one goes on. A push costs a look-up. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "taskName eq 'hello' and runType eq 'AutoRun'",
        "taskName eq 'nobody' or runId eq 'zz1'",
        "createTime gt 2020-01-01T00:00:00Z and runType eq 'AutoRun'",
        "contains(OutputImageManifests, 'base/app') and isArchiveEnabled eq true",
      })
  void shouldLookAtAThousandRunsAtMost(String filter) {
    assertThat(pages(many, filter)).isLessThan(filter.startsWith("contains") ? 5_000 : 1_600);
  }

  private static long pages(UUID registry, String filter) {
    HistoryQuery query = HistoryQuery.of(registry, filter, Position.parse(null), 50, COLUMNS);
    return pages(query.past().statement()) + query.live().map(HistoryCostIT::pages).orElse(0L);
  }

  private static long pages(Statement statement) {
    List<Object> values = statement.values();
    return TestStore.await(
        store
            .pool()
            .withConnection(connection ->
                connection
                    .preparedQuery("explain (analyze, buffers, format json) " + statement.sql())
                    .execute(Sql.values(values.toArray())))
            .map(rows -> {
              Object plan = rows.iterator().next().getValue(0);
              JsonArray plans =
                  plan instanceof JsonArray array ? array : new JsonArray(plan.toString());
              JsonObject top = plans.getJsonObject(0).getJsonObject("Plan");
              return top.getLong("Shared Hit Blocks") + top.getLong("Shared Read Blocks");
            }));
  }
}
