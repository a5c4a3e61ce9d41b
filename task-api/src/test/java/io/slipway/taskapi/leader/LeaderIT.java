package io.slipway.taskapi.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.store.TestLedger;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderIT {
  private TestLedger ledger;
  private Leader first;
  private Leader second;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
    first = new Leader(ledger.transactions());
    second = new Leader(ledger.transactions());
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  void shouldLeadAloneUntilItResigns() {
    assertThat(await(first.lead())).isTrue();
    assertThat(await(second.lead())).isFalse();
    assertThat(await(first.lead())).isTrue();
    assertThat(first.leads()).isTrue();
    assertThat(second.leads()).isFalse();
    assertThat(work(first)).isTrue();
    assertThat(work(second)).isFalse();

    await(first.resign());

    assertThat(await(second.lead())).isTrue();
    assertThat(work(first)).isFalse();
    assertThat(work(second)).isTrue();
  }

  @Test
  void shouldKeepWhatWorkDidThatAnswersNothing() {
    await(first.lead());

    await(
        first.in(connection ->
            connection.query("create table done_work (n int)").execute().replaceWithVoid()));

    ledger.change("drop table done_work");
  }

  /** The instance believes that it leads; the database knows better. */
  @Test
  void shouldDoNothingWhenItsTermIsOverByTheDatabasesClock() {
    await(first.lead());
    ledger.change("update leader set until = clock_timestamp()");
    assertThat(first.leads()).isTrue();

    assertThat(work(first)).isFalse();
    assertThat(await(second.lead())).isTrue();
    assertThat(work(first)).isFalse();
  }

  /** A process that was stopped in the middle must not write when it wakes up. */
  @Test
  void shouldLoseATransactionInWhichItPauses() {
    await(first.lead());
    CountDownLatch done = new CountDownLatch(1);

    Uni<?> paused =
        first.in(connection ->
            connection
                .query("update leader set holder = holder")
                .execute()
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(4_500))
                .onTermination()
                .invoke(done::countDown)
                .chain(() -> connection.query("select 1").execute()));

    assertThatThrownBy(() -> await(paused)).isInstanceOf(Exception.class);
    assertThat(done.getCount()).isZero();
  }

  /** Nobody may take over while the leader does what it must do alone. */
  @Test
  void shouldKeepOthersFromLeadingUntilTheEndOfWhatItDoesAlone() throws Exception {
    await(first.lead());
    ledger.change("update leader set until = clock_timestamp() + interval '300 ms'");
    CountDownLatch begun = new CountDownLatch(1);
    var alone =
        first
            .alone(connection ->
                Uni.createFrom()
                    .item(1)
                    .invoke(begun::countDown)
                    .onItem()
                    .delayIt()
                    .by(Duration.ofMillis(1_500))
                    .chain(() ->
                        connection
                            .query(
                                "select count(*) from leader where holder = '"
                                    + first.holder()
                                    + "'")
                            .execute())
                    .map(rows -> rows.iterator().next().getLong(0)))
            .subscribeAsCompletionStage();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(await(second.lead())).isTrue(); // waits for the end of it

    assertThat(alone).isCompleted();
    assertThat(alone.get()).hasValue(1L);
  }

  private static boolean work(Leader leader) {
    return await(leader.in(connection -> Uni.createFrom().item(true))).isPresent();
  }

  private static <T> T await(Uni<T> work) {
    return work.await().atMost(Duration.ofSeconds(20));
  }
}
