package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The search for runs without an agent finds those of the window and the backlog, and no other. */
class UnservedRunsIT {
  private TestStore store;

  @BeforeEach
  void fill() {
    store = TestStore.migrated();
    UUID registry = TestRuns.registry(store, "many");
    TestRuns.add(store, registry, 20_000, "");
    TestRuns.add(store, registry, 30, "status = 'Queued', finished_at = null, published_at = null");
    TestRuns.add(store, registry, 20, "status = 'Queued', finished_at = null");
    store.change("vacuum analyze run");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldFindThemWithoutTheHistory() {
    List<Long> found =
        TestStore.await(
            store
                .transactions()
                .in(connection ->
                    connection
                        .preparedQuery(EndUnservedRuns.WAITING)
                        .execute(Sql.values("default", "linux", "amd64", Instant.now(), 100))
                        .chain(waiting ->
                            connection
                                .query(
                                    "select seq_scan from pg_stat_xact_user_tables"
                                        + " where relname = 'run'")
                                .execute()
                                .map(rows ->
                                    List.of(
                                        (long) waiting.size(),
                                        rows.iterator().next().getLong("seq_scan"))))));

    assertThat(found).as("runs, and how often all was read").containsExactly(50L, 0L);
  }
}
