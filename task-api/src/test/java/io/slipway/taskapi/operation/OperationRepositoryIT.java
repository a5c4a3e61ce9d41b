package io.slipway.taskapi.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OperationRepositoryIT {

  @Test
  void shouldKnowAnImportByItsRunAlone() {
    try (TestStore store = TestStore.migrated()) {
      UUID registry = TestRuns.registry(store, "Target");
      TestRuns.add(store, registry, 1, "kind = 'Import'");
      TestRuns.add(store, registry, 1, "kind = 'Task'");
      UUID copy = UUID.fromString(store.query("select uid from run where kind = 'Import'"));
      UUID task = UUID.fromString(store.query("select uid from run where kind = 'Task'"));
      OperationRepository operations =
          new OperationRepository(store.transactions(), Clock.systemUTC(), "sub");

      assertThat(TestStore.await(operations.find(copy)))
          .contains(
              new Operation(
                  copy,
                  Operation.Kind.IMPORT,
                  copy,
                  "/subscriptions/sub/resourceGroups/rg/providers"
                      + "/Microsoft.ContainerRegistry/registries/Target",
                  null));
      assertThat(TestStore.await(operations.find(task))).isEmpty();
      store.change("update registry set group_key = null, deleted_at = now()");
      assertThat(TestStore.await(operations.find(copy))).isEmpty();
    }
  }
}
