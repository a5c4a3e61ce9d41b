package io.slipway.taskapi.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.cleanup.TestCleanups;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry is deleted at once, whatever it holds and whoever is at work on it. */
class DeleteRegistryIT {
  private TestStore store;
  private DeleteRegistry deleteRegistry;

  @BeforeEach
  void open() {
    store = TestStore.migrated();
    deleteRegistry =
        new DeleteRegistry(
            store.transactions(),
            TestCleanups.of(Clock.systemUTC()),
            null, // tells the others, which the caller of deleteAll does
            "sub",
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldNotWaitForWhoeverHoldsARunOfIt() throws Exception {
    UUID uid = TestRuns.registry(store, "busy");
    TestRuns.add(store, uid, 10, "");
    try (var heartbeat = store.connect();
        var statement = heartbeat.createStatement()) {
      heartbeat.setAutoCommit(false);
      statement.execute("update run set updated_at = now() where number = 5");

      deleteAll();
    }
    assertThat(store.query("select count(*) from run")).isEqualTo("10");
    assertThat(store.query("select state from registry where deleted_at is not null"))
        .isEqualTo("Deleting");
  }

  @Test
  void shouldFreeNameGroupAndLoginServer() {
    UUID first = TestRuns.registry(store, "again");
    deleteAll();
    UUID second = TestRuns.registry(store, "again");
    deleteAll();
    store.change("delete from resource_group");

    assertThat(store.query("select count(*) from registry where deleted_at is not null"))
        .isEqualTo("2");
    assertThat(
            store.query(
                "select string_agg(action || ' ' || coalesce(owner::text, ''), ',' order by id)"
                    + " from pending_cleanup"))
        .isEqualTo(
            "FORGET_OWNER %1$s,FORGET_AUDIENCE %1$s,CLOSE_REGISTRY %1$s,FORGET_RESOURCE ,"
                    .formatted(first)
                + "FORGET_OWNER %1$s,FORGET_AUDIENCE %1$s,CLOSE_REGISTRY %1$s,FORGET_RESOURCE "
                    .formatted(second));
  }

  private void deleteAll() {
    TestStore.await(
        store.transactions().in(connection -> deleteRegistry.deleteAll(connection, "rg")));
  }
}
