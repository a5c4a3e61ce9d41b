package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeletedRegistryIT {

  @Test
  void shouldGiveNoAgentARunOfADeletedRegistry() {
    try (TestStore store = TestStore.migrated()) {
      UUID kept = waiting(store, "kept");
      UUID deleted = waiting(store, "deleted");
      store.change("update registry set deleted_at = now() where name = 'deleted'");
      GrantRuns grants = new GrantRuns(TestStore.json());

      Map<UUID, String> specs =
          TestStore.await(
              store
                  .transactions()
                  .in(connection -> grants.specs(connection, List.of(kept, deleted))));

      // With null: the run is known, and gone; one that is left out is asked for again.
      assertThat(specs).containsOnlyKeys(kept, deleted).containsEntry(deleted, null);
      assertThat(specs.get(kept)).isNotEmpty();
    }
  }

  private static UUID waiting(TestStore store, String name) {
    UUID registry = TestRuns.registry(store, name);
    TestRuns.add(store, registry, 1, "status = 'Queued', finished_at = null");
    return UUID.fromString(
        store.query("select uid from run where registry_uid = '" + registry + "'"));
  }
}
