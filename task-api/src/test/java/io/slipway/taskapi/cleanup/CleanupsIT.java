package io.slipway.taskapi.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.taskapi.cleanup.Cleanups.Pending;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.store.TestRuns;
import io.slipway.taskapi.store.TestStore;
import io.slipway.taskapi.support.Eventually;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cleanups in the ledger; the services that are told are played by the test. */
class CleanupsIT {
  private static TestStore store;

  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final Map<String, Uni<Boolean>> answers = new ConcurrentHashMap<>();
  private final Cleanups cleanups = new Cleanups(Clock.systemUTC());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProcessCleanups process =
      new ProcessCleanups(
          store.transactions(), cleanups, new Services(), meters, Clock.systemUTC());

  /** All services: they answer at once unless the test says otherwise. */
  private final class Services extends TellService {
    Services() {
      super(null, null, null, null, null);
    }

    @Override
    Uni<Boolean> tell(Pending pending) {
      told.add(pending.target());
      return answers.getOrDefault(pending.target(), Uni.createFrom().item(true));
    }
  }

  @BeforeAll
  static void open() {
    store = TestStore.migrated();
  }

  @BeforeEach
  void empty() {
    store.change("delete from pending_cleanup");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Test
  void shouldGoOnUntilNothingIsDue() {
    List<Cleanup> many = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      many.add(Cleanup.goneOwner(UUID.randomUUID()));
    }
    add(many);

    TestStore.await(process.processDue());

    assertThat(told).hasSize(450).doesNotHaveDuplicates();
    assertThat(left()).isEqualTo("0");
  }

  @Test
  void shouldHoldNeitherLocksNorOthersWhileAServiceHangs() throws Exception {
    CompletableFuture<Boolean> hanging = new CompletableFuture<>();
    UUID slow = UUID.randomUUID();
    answers.put(slow.toString(), Uni.createFrom().completionStage(hanging));
    add(List.of(Cleanup.goneOwner(slow), Cleanup.resource("/reg/tasks/a")));
    CompletableFuture<Void> sweep = process.processDue().subscribeAsCompletionStage();
    Eventually.holds(() -> assertThat(told).contains(slow.toString()));

    // Another service, a PUT of a task, and a look at all rows: none waits.
    TestStore.await(process.processDue(Cleanup.Target.IDENTITY));
    TestStore.await(process.settle("/reg/tasks/b"));
    assertThat(store.query("select id from pending_cleanup for update nowait")).isNotNull();
    assertThat(
            store.query(
                "select count(*) from pg_stat_activity where state = 'idle in transaction'"
                    + " and datname = current_database()"))
        .isEqualTo("0");
    assertThat(told).contains("/reg/tasks/a");
    // And nobody else tells the same meanwhile.
    TestStore.await(process.processDue(Cleanup.Target.BROKER));
    assertThat(told).containsOnlyOnce(slow.toString());

    hanging.complete(true);
    sweep.get(30, TimeUnit.SECONDS);
    assertThat(left()).isEqualTo("0");
  }

  @Test
  void shouldSetAsideWhatIsRefusedAgainAndAgainWhileTheOthersAreDone() {
    answers.put("bad", Uni.createFrom().failure(Upstream.refused("registry", 400, "no such name")));
    add(List.of(Cleanup.loginServer("/reg", "bad", UUID.randomUUID())));
    for (int i = 0; i < 10; i++) {
      add(List.of(Cleanup.loginServer("/reg" + i, "good" + i, UUID.randomUUID())));
      store.change("update pending_cleanup set due_at = now()");
      TestStore.await(process.processDue());
    }

    assertThat(told).contains("good0", "good9");
    assertThat(store.query("select reason from pending_cleanup where set_aside_at is not null"))
        .contains("registry answered 400: no such name");
    assertThat(left()).isEqualTo("1");
    assertThat(meters.counter("slipway.cleanups.set.aside", "action", "close_registry").count())
        .isEqualTo(1);
    int before = told.size();
    store.change("update pending_cleanup set due_at = now()");
    TestStore.await(process.processDue());
    assertThat(told).hasSize(before);
  }

  @Test
  void shouldNeverSetAsideWhatAServiceThatIsAwayHasNotHeard() {
    answers.put("away", Uni.createFrom().failure(Upstream.unavailable("registry", "refused")));
    add(List.of(Cleanup.loginServer("/reg", "away", UUID.randomUUID())));
    for (int i = 0; i < 15; i++) {
      store.change("update pending_cleanup set due_at = now()");
      TestStore.await(process.processDue());
    }

    assertThat(told).hasSize(15);
    assertThat(store.query("select attempts from pending_cleanup where set_aside_at is null"))
        .isEqualTo("15");
  }

  @Test
  void shouldSettleAResourceWithAllBelowItAndNothingElse() {
    add(
        List.of(
            Cleanup.resource("/Reg"),
            Cleanup.resource("/reg/tasks/a"),
            Cleanup.resource("/regular"),
            Cleanup.resource("/reg0")));

    TestStore.await(process.settle("/REG"));

    assertThat(told).containsExactlyInAnyOrder("/Reg", "/reg/tasks/a");
    assertThat(left()).isEqualTo("2");
  }

  @Test
  void shouldCloseTheOldRegistryOfANameWhateverItsGroup() {
    add(List.of(Cleanup.loginServer("/groups/a/name", "Name", UUID.randomUUID())));

    TestStore.await(process.settleRegistry("/groups/b/name", "name"));

    assertThat(told).containsExactly("Name");
    assertThat(left()).isEqualTo("0");
  }

  @Test
  void shouldWaitForTheSameCleanupThatAnotherIsAtWorkOn() throws Exception {
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    answers.put("/reg", Uni.createFrom().completionStage(slow));
    add(List.of(Cleanup.resource("/reg")));
    CompletableFuture<Void> sweep = process.processDue().subscribeAsCompletionStage();
    Eventually.holds(() -> assertThat(told).contains("/reg"));
    CompletableFuture<Void> settled = process.settle("/reg").subscribeAsCompletionStage();

    assertThat(settled).isNotDone();
    slow.complete(true);
    settled.get(30, TimeUnit.SECONDS);

    assertThat(left()).isEqualTo("0");
    assertThat(told).hasSize(1);
    sweep.get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldSayWhatAServiceRefusedToAPutThatNeedsIt() {
    answers.put("/reg", Uni.createFrom().failure(Upstream.unavailable("identity-service", "gone")));
    add(List.of(Cleanup.resource("/reg"), Cleanup.resource("/reg/tasks/a")));

    assertThatThrownBy(() -> TestStore.await(process.settle("/reg")))
        .isInstanceOf(Upstream.class)
        .hasMessageContaining("identity-service");
    assertThat(left()).isEqualTo("1");
    TestStore.await(process.trySettle("/reg"));
  }

  @Test
  void shouldLeaveALoginServerToTheRegistryThatHasItNow() {
    UUID gone = UUID.randomUUID();
    TestRuns.registry(store, "successor");
    // Its clients are null: to ask one would fail.
    TellService service = new TellService(store.transactions(), cleanups, null, null, null);
    add(List.of(Cleanup.audience("/groups/a/old", "successor.local", gone)));
    Pending pending =
        TestStore.await(
                store
                    .transactions()
                    .in(connection -> cleanups.claimDue(connection, Cleanup.Target.IDENTITY, 1)))
            .getFirst();

    assertThat(pending.owner()).isEqualTo(gone);
    assertThat(TestStore.await(service.tell(pending))).isTrue();
    assertThatThrownBy(() ->
            TestStore.await(
                service.tell(
                    new Pending(
                        1,
                        "/groups/a/old",
                        Cleanup.Action.FORGET_AUDIENCE,
                        "nobodys.local",
                        gone,
                        0,
                        0))))
        .isInstanceOf(NullPointerException.class);
  }

  private void add(List<Cleanup> given) {
    TestStore.await(store.transactions().in(connection -> cleanups.add(connection, given)));
  }

  private static String left() {
    return store.query("select count(*) from pending_cleanup");
  }
}
