package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the leader asks every few seconds reads nothing of the history. */
class WaitingRunsIT {
  private static final String READ_ALL =
      "select seq_scan from pg_stat_xact_user_tables where relname = 'run'";

  private TestStore store;

  @BeforeEach
  void fill() {
    store = TestStore.migrated();
    UUID registry = TestRuns.registry(store, "many");
    TestRuns.add(store, registry, 20_000, "");
    TestRuns.add(store, registry, 30, "status = 'Queued', finished_at = null, published_at = null");
    TestRuns.add(store, registry, 20, "status = 'Queued', finished_at = null");
    TestRuns.add(store, registry, 10, "status = 'Running', finished_at = null, agent = 'a'");
    store.change("vacuum analyze run");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldFindRunsThatWaitTooLongWithoutTheHistory() {
    RunRepository runs = new RunRepository(new RunRows(TestStore.json()));

    List<Long> found =
        TestStore.await(
            store
                .transactions()
                .in(connection ->
                    runs.lockWaitingSince(connection, Instant.now(), 100)
                        .chain(waiting ->
                            connection
                                .query(READ_ALL)
                                .execute()
                                .map(rows ->
                                    List.of(
                                        (long) waiting.size(),
                                        rows.iterator().next().getLong("seq_scan"))))));

    assertThat(found).as("runs, and how often all was read").containsExactly(50L, 0L);
  }
}
