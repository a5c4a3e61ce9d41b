package io.slipway.taskapi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.infra.TestInfra;
import io.slipway.taskapi.event.TestPublisher;
import io.slipway.taskapi.outbox.TestMessages;
import io.slipway.taskapi.store.StoppedBackends;
import io.slipway.taskapi.store.TestLedger;
import io.slipway.taskapi.support.Eventually;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns are given whatever hangs: on a real Kafka and a real PostgreSQL. */
class DispatcherIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Lane LANE = new Lane("default", "linux", "amd64");

  private final TestInfra infra = TestInfra.shared();
  private final String prefix = infra.topicPrefix() + UUID.randomUUID() + ".";
  private final DispatchRows rows = new DispatchRows();
  private TestLedger ledger;
  private TestPublisher publisher;
  private Dispatcher dispatcher;

  @BeforeEach
  void start() {
    infra.createTopics(prefix);
    ledger = new TestLedger();
    publisher = new TestPublisher(infra.kafkaBootstrap(), prefix);
    InstantSource clock = InstantSource.system();
    dispatcher =
        new Dispatcher(
            ledger.transactions(),
            rows,
            new GiveTurns(
                ledger.transactions(),
                rows,
                new Limits(ledger.json(), 0, 0, Optional.empty()),
                16,
                1),
            new LiveAgents(ledger.transactions(), clock),
            new AnnounceQueued(
                TestMessages.with(ledger.mapper()),
                publisher.publisher(),
                ledger.transactions(),
                clock),
            Vertx.newInstance(ledger.vertx()),
            250);
  }

  @AfterEach
  void stop() {
    dispatcher.stop();
    publisher.close();
    ledger.close();
  }

  @Test
  void shouldGoOnAfterACallThatNeverComesBack() {
    dispatcher.dispatch().await().atMost(LIMIT); // it has a connection
    try (StoppedBackends stopped = new StoppedBackends(ledger::query)) {
      dispatcher.backlog();
      UUID waiting = waiting();

      Eventually.holds(() -> {
        dispatcher.backlog();
        assertThat(isTold(waiting)).isTrue();
      });
    }
  }

  /** Another instance that is paused in the middle of its turn. */
  @Test
  void shouldTakeALaneFromAnInstanceThatStandsStill() {
    CompletableFuture<Void> paused =
        ledger
            .transactions()
            .in(connection ->
                rows.lock(connection, LANE).chain(() -> Uni.createFrom().<Void>nothing()))
            .subscribeAsCompletionStage();
    Eventually.equal(
        "1",
        () ->
            ledger.query(
                "select count(*) from pg_stat_activity"
                    + " where datname = current_database() and state = 'idle in transaction'"));
    UUID waiting = waiting();

    Eventually.holds(() -> {
      dispatcher.backlog();
      assertThat(isTold(waiting)).isTrue();
    });
    assertThat(paused).isNotCompleted();
  }

  private UUID waiting() {
    UUID run = ledger.run("Queued", 10);
    ledger.change("update run set published_at = null where uid = '" + run + "'");
    return run;
  }

  private boolean isTold(UUID run) {
    return ledger
        .query("select published_at is not null from run where uid = '" + run + "'")
        .equals("t");
  }
}
